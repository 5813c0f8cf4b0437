"""JSON answers: uplinks."""

from fastapi import APIRouter

router = APIRouter()
