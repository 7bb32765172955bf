"""``flask people``: make accounts, give roles, confirm people."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.access.actor import Confirmation, Role
from app.accounts.services.appointing import ROLES, Appointment, create_person, verify_person
from app.database import committing
from app.errors import DomainError

group = AppGroup("people", help="Make accounts and confirm people.")
LEVELS = (Confirmation.CONTACT, Confirmation.MOBILE, Confirmation.RESIDENT)


@group.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The name shown to others.")
@click.option("--role", required=True, type=click.Choice([str(role) for role in ROLES]))
@click.option("--password", default="", help="Generated and printed when not given.")
@click.option("--department", default="", help="Whom the person speaks for.")
def create(email: str, name: str, role: str, password: str, department: str) -> None:
    """Make a confirmed account for EMAIL (or a mobile number)."""
    wanted = Appointment(email, name, Role(role), password, department)
    try:
        with committing():
            person, used = create_person(wanted)
            line = f"{person.email or person.phone} {role} /people/{person.public_id}"
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(line if password else f"{line} password={used}")


@group.command("verify")
@click.argument("email")
@click.option("--level", required=True, type=click.Choice([str(level) for level in LEVELS]))
def verify(email: str, level: str) -> None:
    """Raise the confirmation of EMAIL (or a mobile number), with who and when."""
    try:
        with committing():
            person, is_raised = verify_person(email, Confirmation(level))
            line = f"{person.email or person.phone} {person.confirmation}"
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(line if is_raised else f"{line} (nothing to do)")
