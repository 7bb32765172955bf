"""The pages of contributions: write, check, send; what people say; one's own; answering."""

from flask import Blueprint

blueprint = Blueprint("suggestions", __name__)
