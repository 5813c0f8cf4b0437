"""JSON answers: ops."""

from fastapi import APIRouter

router = APIRouter()
