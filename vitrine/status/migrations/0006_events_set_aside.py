"""The one way out of the chain: from its end, after being kept as set aside.

When the emergency console has published another event in its place, an event that never became
public leaves the chain. The database lets it go only once it stands in `status_setaside`, word
for word, and only if it is the last one: no gap, and nothing lost.
"""

from django.db import migrations

ASIDE = """
CREATE FUNCTION status_event_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7361421);
    IF NOT EXISTS (SELECT 1 FROM status_setaside WHERE hash = OLD.hash AND body = OLD.body)
        OR EXISTS (SELECT 1 FROM status_event WHERE version > OLD.version)
    THEN
        RAISE EXCEPTION 'what was published is append-only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

DROP TRIGGER status_event_is_append_only ON status_event;
CREATE TRIGGER status_event_is_append_only BEFORE UPDATE ON status_event
    FOR EACH ROW EXECUTE FUNCTION status_guard();
CREATE TRIGGER status_event_leaves_only_aside BEFORE DELETE ON status_event
    FOR EACH ROW EXECUTE FUNCTION status_event_leaves();
CREATE TRIGGER status_setaside_is_append_only BEFORE UPDATE OR DELETE ON status_setaside
    FOR EACH ROW EXECUTE FUNCTION status_guard();
"""

UNDO = """
DROP TRIGGER status_setaside_is_append_only ON status_setaside;
DROP TRIGGER status_event_leaves_only_aside ON status_event;
DROP TRIGGER status_event_is_append_only ON status_event;
CREATE TRIGGER status_event_is_append_only BEFORE UPDATE OR DELETE ON status_event
    FOR EACH ROW EXECUTE FUNCTION status_guard();
DROP FUNCTION status_event_leaves();
"""


class Migration(migrations.Migration):
    """Triggers; Django knows nothing of them."""

    dependencies = [("status", "0005_set_aside_and_probes")]

    operations = [migrations.RunSQL(ASIDE, UNDO)]
