"""The pages of following, notices and letters, and the feeds."""

from flask import Blueprint

blueprint = Blueprint("notifications", __name__)
