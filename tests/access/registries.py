"""What else is listed by hand beside the routes: tasks, commands, and which role has which permission."""

TASKS = {
    "reporting.tasks.run_export",
    "reporting.tasks.requeue_lost_jobs",
    "reporting.tasks.remove_orphans",
    "reporting.tasks.drop_expired_imports",
    "reporting.tasks.tidy_evidence",
    "reporting.tasks.send_due_reminders",
    "reporting.tasks.deliver_reminder",
}

COMMANDS = {
    "portal": {
        "application_url", "create_administrator", "demo_accounts", "messages", "prepare", "verify_history",
    },
    "targets": {"targets"},
    "reporting": {
        "assessment", "backup", "channels", "export_attachment", "import_return", "load_demo", "load_facts", "model_picture", "move_filing",
        "restore", "rollup", "structure", "verify_evidence", "verify_figures", "verify_restore", "workflow",
    },
}  # fmt: skip

PERMISSIONS = """
                preparer  head  reviewer  administrator  observer
view            yes       yes   yes       yes            yes
file            yes       yes   -         -              -
evidence        yes       yes   yes       yes            -
review          -         -     yes       -              -
export_all      -         -     yes       yes            yes
people          -         -     -         yes            -
history         yes       yes   yes       yes            -
assess          -         -     yes       yes            -
weigh           -         -     -         yes            -
publish         -         -     -         yes            -
remind          -         -     yes       yes            -
settings        -         -     -         yes            -
periods         -         -     -         yes            -
materials       -         -     yes       yes            -
"""


def read_permissions(text: str = PERMISSIONS) -> dict[str, set[str]]:
    """{role: {permission}}."""
    roles, *lines = [line.split() for line in text.strip().splitlines()]
    return {
        role: {line[0] for line in lines if line[1:][column] == "yes"} for column, role in enumerate(roles)
    }
