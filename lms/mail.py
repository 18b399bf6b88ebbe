"""Letters. With no LMS_MAIL_SERVER they are written to DATA_DIR/mail as .eml files; called after the commit, never inside it."""

import smtplib
import time
from email.message import EmailMessage

from flask import current_app


def send(to: str, subject: str, body: str) -> None:
    """Send one plain-text letter in UTF-8, or write it to the mail folder. Raises OSError or smtplib.SMTPException when it cannot."""
    letter = EmailMessage()
    letter["From"] = current_app.config["MAIL_SENDER"]
    letter["To"] = to
    letter["Subject"] = subject
    letter.set_content(body)
    server = current_app.config["MAIL_SERVER"]
    if not server:
        folder = current_app.config["DATA_DIR"] / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{time.time_ns()}.eml").write_bytes(bytes(letter))
        return
    with smtplib.SMTP(server, current_app.config["MAIL_PORT"], timeout=20) as smtp:
        smtp.starttls()
        if current_app.config["MAIL_USERNAME"]:
            smtp.login(current_app.config["MAIL_USERNAME"], current_app.config["MAIL_PASSWORD"])
        smtp.send_message(letter)
