"""The pages of comments and of requests for input."""

from __future__ import annotations

from flask import Blueprint

from .comments import answer_form, comment_form, comment_post, correct_post, correction_form
from .requests import answer_page, answer_post, ask_page, ask_post

blueprint = Blueprint("reporting", __name__)
TASK = "/plans/<slug>/tasks/<ref>"
blueprint.add_url_rule(f"{TASK}/comments", "comment", comment_form, methods=["GET"])
blueprint.add_url_rule(f"{TASK}/comments", "add_comment", comment_post, methods=["POST"])
blueprint.add_url_rule(f"{TASK}/comments/<int:comment_id>", "correct", correction_form, methods=["GET"])
blueprint.add_url_rule(f"{TASK}/comments/<int:comment_id>", "correct_comment", correct_post, methods=["POST"])
blueprint.add_url_rule(f"{TASK}/comments/<int:comment_id>/answer", "answer_comment", answer_form, methods=["GET"])
blueprint.add_url_rule(f"{TASK}/input", "ask", ask_page, methods=["GET"])
blueprint.add_url_rule(f"{TASK}/input", "ask_units", ask_post, methods=["POST"])
blueprint.add_url_rule(f"{TASK}/input/<int:request_id>", "input_request", answer_page, methods=["GET"])
blueprint.add_url_rule(f"{TASK}/input/<int:request_id>", "answer_request", answer_post, methods=["POST"])
