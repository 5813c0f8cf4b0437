"""JSON answers: bumps."""

from fastapi import APIRouter

router = APIRouter()
