"""JSON answers: places."""

from fastapi import APIRouter

router = APIRouter()
