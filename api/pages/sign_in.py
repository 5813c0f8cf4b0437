"""Pages: sign_in."""

from fastapi import APIRouter

router = APIRouter()
