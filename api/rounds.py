"""JSON answers: rounds."""

from fastapi import APIRouter

router = APIRouter()
