"""Pages: potholes."""

from fastapi import APIRouter

router = APIRouter()
