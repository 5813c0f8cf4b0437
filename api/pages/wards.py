"""Pages: wards."""

from fastapi import APIRouter

router = APIRouter()
