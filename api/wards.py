"""JSON answers: wards."""

from fastapi import APIRouter

router = APIRouter()
