"""JSON answers: potholes."""

from fastapi import APIRouter

router = APIRouter()
