"""JSON answers: bins."""

from fastapi import APIRouter

router = APIRouter()
