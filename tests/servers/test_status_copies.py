"""Copies of what is public: a directory, a host by rsync, a bucket; older versions are refused."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bulletins import AT, a_bulletin
from tests.servers.house import ROOT, answers, ending, free_port, wait_until
from vitrine.publication import current, publish, versions
from vitrine.publication.bulletin import Position
from vitrine.publication.copies import Copy, NoSuchTarget, copies_from, push, state_of
from vitrine.publication.errors import OlderVersion
from vitrine.publication.keeper import Keeper
from vitrine.publication.site import Site
from vitrine.publication.targets.bucket import Bucket, bucket_at
from vitrine.publication.targets.contract import TargetFailed
from vitrine.publication.targets.second_directory import SecondDirectory
from vitrine.publication.targets.second_host import SecondHost
from vitrine.publication.versions import VersionName


def say(directory, version, position=Position.WORKS, **more):
    bulletin = a_bulletin(position, version=version, **more)
    return publish(bulletin, at=AT, directory=directory, site=Site(directory=directory))


def now():
    return datetime.now(UTC)


def stamps(directory):
    place = directory / "current"
    return {
        path.relative_to(place).as_posix(): (path.stat().st_size, int(path.stat().st_mtime))
        for path in place.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def here(tmp_path):
    return tmp_path / "here"


@pytest.fixture(params=["directory", "rsync path", "rsync daemon"])
def there(request, tmp_path):
    """A target with the directory in which it keeps what it was given."""
    path = tmp_path / "there"
    if request.param == "directory":
        yield SecondDirectory(path), path
        return
    if not shutil.which("rsync"):
        pytest.skip("no rsync on this machine: tools/install_servers")
    if request.param == "rsync path":
        yield SecondHost(str(path)), path
        return
    path.mkdir()
    port = free_port()
    settings = tmp_path / "rsyncd.conf"
    settings.write_text(
        f"use chroot = no\nuid = {os.geteuid()}\ngid = {os.getegid()}\n"
        f"[status]\npath = {path}\nread only = no\nmunge symlinks = no\n"
    )
    daemon = subprocess.Popen(
        ["rsync", "--daemon", "--no-detach", f"--config={settings}", f"--port={port}",
         "--address=127.0.0.1"]
    )  # fmt: skip
    with ending(daemon):
        wait_until(lambda: answers(port))
        yield SecondHost(f"rsync://127.0.0.1:{port}/status"), path


def test_a_copy_is_the_same_down_to_the_mtimes(here, there):
    target, path = there
    for version in range(1, 4):
        say(here, version, [Position.WORKS, Position.SLOWED][version % 2])
        target.push(VersionName(version), directory=here)
        assert current(path) == current(here)
        assert stamps(path) == stamps(here)
    target.push(VersionName(3), directory=here)
    target.beat(b"{}")
    assert (path / "heartbeat.json").read_bytes() == b"{}"


def test_an_older_version_is_refused_by_the_copy_itself(here, there):
    target, path = there
    say(here, 1)
    say(here, 2)
    target.push(VersionName(2), directory=here)
    with pytest.raises(OlderVersion):
        target.push(VersionName(1), directory=here)
    assert versions.current_name(path) == VersionName(2)


def test_a_push_that_died_half_way_is_finished_by_the_next_one(here, there):
    target, path = there
    say(here, 1)
    target.push(VersionName(1), directory=here)
    say(here, 2, Position.INTERRUPTED)
    half = path / "v" / "2" / "de"
    half.mkdir(parents=True)
    (half / "index.html").write_text("half")
    (path / "v" / "2.tmp").mkdir()
    assert current(path).version == 1, "nobody reads a version to which nothing points"
    target.push(VersionName(2), directory=here)
    assert stamps(path) == stamps(here)


def test_old_versions_are_removed_on_the_second_host(here, tmp_path):
    if not shutil.which("rsync"):
        pytest.skip("no rsync on this machine: tools/install_servers")
    target = SecondHost(str(tmp_path / "there"))
    for version in (1, 2, 3):
        say(here, version)
        target.push(VersionName(version), directory=here)
    shutil.rmtree(here / "v" / "1")
    target.tidy(here)
    kept = {str(each) for each in versions.kept_names(tmp_path / "there")}
    assert kept == {"2", "3"}
    assert stamps(tmp_path / "there") == stamps(here)


def test_a_host_that_is_gone_is_told_in_a_line(here):
    if not shutil.which("rsync"):
        pytest.skip("no rsync on this machine: tools/install_servers")
    say(here, 1)
    with pytest.raises(TargetFailed, match="rsync"):
        SecondHost("rsync://127.0.0.1:9/status").push(VersionName(1), directory=here)


def test_a_share_that_is_not_mounted_is_not_written_to(here, tmp_path):
    say(here, 1)
    with pytest.raises(TargetFailed, match="is not there"):
        SecondDirectory(tmp_path / "not" / "mounted").push(VersionName(1), directory=here)


@pytest.mark.parametrize(
    "setting",
    ["here", "a=ftp://x", "=file:///x", "A=file:///x", "a=file:///", "a=s3://", "a=rsync:",
     "a=s3://b?colour=blue", "a=file:///x a=file:///y"],
)  # fmt: skip
def test_a_target_that_is_none_is_refused_at_the_start(setting):
    with pytest.raises(NoSuchTarget):
        copies_from(setting)


def test_the_setting_names_targets_of_each_kind():
    found = copies_from("d=file:///srv/copy, b=rsync:status@b.example:/srv/status c=rsync://h/m")
    assert [each.name for each in found] == ["d", "b", "c"]
    assert [each.target.place for each in found[1:]] == [
        "status@b.example:/srv/status", "rsync://h/m",
    ]  # fmt: skip


def test_a_failing_target_stays_red_is_tried_again_and_turns_green(here, tmp_path):
    share = tmp_path / "share"
    keeper = Keeper(Site(directory=here, targets=f"disk=file://{share}/copy"), beat_every=0.05)
    say(here, 1)

    def turned(question):
        keeper.turn()
        return question(state_of("disk", directory=here))

    wait_until(lambda: turned(lambda state: state.failures >= 2))
    state = state_of("disk", directory=here)
    assert state.is_red
    assert "is not there" in state.error
    assert state.version == 0
    assert state.pause == 2
    share.mkdir()
    wait_until(lambda: turned(lambda state: not state.is_red), within=30)
    state = state_of("disk", directory=here)
    assert (state.version, state.failures, state.milliseconds > 0) == (1, 0, True)
    say(here, 2)
    wait_until(lambda: turned(lambda state: state.version == 2), within=30)
    heart = share / "copy/heartbeat.json"
    wait_until(lambda: turned(lambda _: heart.exists() and b'"version": 2' in heart.read_bytes()))


def test_the_keeper_is_a_process_that_needs_only_files(here, tmp_path):
    say(here, 1, Position.SLOWED)
    environment = {
        "PATH": os.environ["PATH"],
        "VITRINE_STATUS_DIRECTORY": str(here),
        "VITRINE_STATUS_TARGETS": f"disk=file://{tmp_path}/copy",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "vitrine.publication.keeper"], env=environment, cwd=ROOT
    )
    with ending(process):
        wait_until((tmp_path / "copy/heartbeat.json").exists, within=30)
        heartbeat = json.loads((here / "heartbeat.json").read_bytes())
        assert heartbeat["version"] == 1
        # The expected end of the bulletin lies in the past: told anew, without anybody.
        wait_until(lambda: versions.current_name(here) == VersionName(1, 1))
        said = (here / "current/de/index.html").read_text()
        assert ("Schätzung folgt" in said) is (now() > a_bulletin(Position.SLOWED).expected_end)
        began = now()
        say(here, 2, Position.INTERRUPTED)
        wait_until(lambda: current(tmp_path / "copy").version == 2)
        assert (now() - began).total_seconds() < 10
    assert process.returncode == 0


@pytest.fixture(scope="module")
def store():
    """An S3-compatible server of its own; its address."""
    port = free_port()
    server = subprocess.Popen(
        [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with ending(server):
        wait_until(lambda: answers(port), within=60)
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def bucket(store, monkeypatch, request):
    """An empty bucket."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
    name = f"status-{abs(hash(request.node.name)) % 10**9}"
    with socket.create_connection(("127.0.0.1", int(store.rpartition(":")[2]))) as link:
        link.sendall(
            f"PUT /{name} HTTP/1.0\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode()
        )
        assert b" 200 " in link.recv(100)
    return bucket_at(f"{name}/public", options={"endpoint": store, "region": "us-east-1"})


def objects(bucket):
    import obstore  # noqa: PLC0415 - only here

    return {
        each["path"]: bytes(obstore.get(bucket.store, each["path"]).bytes())
        for batch in obstore.list(bucket.store)
        for each in batch
    }


def test_a_bucket_holds_every_page_and_replaces_only_what_changed(here, bucket, monkeypatch):
    written = []
    put = Bucket.put
    monkeypatch.setattr(
        Bucket, "put", lambda self, path, content, *, known: (
            written.append(path), put(self, path, content, known=known))[1]
    )  # fmt: skip
    say(here, 1)
    bucket.push(VersionName(1), directory=here)
    found = objects(bucket)
    assert found["de/index.html"] == (here / "current/de/index.html").read_bytes()
    assert found["v/1/de/index.html"] == found["de/index.html"]
    assert json.loads(found["published.json"]) == {"version": 1, "edition": 0, "complete": True}
    assert not [path for path in found if path.endswith((".gz", ".br", "event.json"))]
    assert written.index("fr/index.html") < written.index("status.json")
    written.clear()
    bucket.push(VersionName(1), directory=here)
    assert not written
    say(here, 2)
    bucket.push(VersionName(2), directory=here)
    assert "status.json" in written
    assert "system-status.js" not in written
    bucket.beat(b"{}")
    assert objects(bucket)["heartbeat.json"] == b"{}"


def test_a_bucket_refuses_an_older_version(here, bucket):
    say(here, 1)
    say(here, 2, Position.INTERRUPTED)
    bucket.push(VersionName(2), directory=here)
    before = objects(bucket)
    with pytest.raises(OlderVersion):
        bucket.push(VersionName(1), directory=here)
    assert objects(bucket) == before


def test_of_two_writers_at_once_the_newer_one_stays(here, bucket, tmp_path):
    """The older writer is stopped between its listing and its writes, where it hurts most."""
    say(here, 1)
    bucket.push(VersionName(1), directory=here)
    other = tmp_path / "other"
    shutil.copytree(here, other, symlinks=True)
    say(here, 2, Position.SLOWED)
    say(other, 3, Position.INTERRUPTED)
    listed, go_on = threading.Event(), threading.Event()
    slow = Bucket(bucket.store)
    in_line = slow.put_all

    def waiting(files, *, there):
        listed.set()
        go_on.wait(30)
        return in_line(files, there=there)

    slow.put_all = waiting
    outcome = []

    def older():
        try:
            slow.push(VersionName(2), directory=here)
        except OlderVersion as error:
            outcome.append(error)

    thread = threading.Thread(target=older)
    thread.start()
    assert listed.wait(30)
    bucket.push(VersionName(3), directory=other)
    go_on.set()
    thread.join(60)
    assert len(outcome) == 1
    found = objects(bucket)
    assert json.loads(found["status.json"])["version"] == 3
    for language in ("fr", "nl", "de", "en"):
        assert (
            found[f"{language}/index.html"]
            == (other / f"current/{language}/index.html").read_bytes()
        )


def test_many_writers_end_with_the_newest(here, bucket):
    for version in range(1, 5):
        say(here, version, [Position.WORKS, Position.SLOWED][version % 2])
    failed = []

    def one(version):
        try:
            bucket.push(VersionName(version), directory=here)
        except (OlderVersion, TargetFailed) as error:
            failed.append((version, error))

    threads = [threading.Thread(target=one, args=(version,)) for version in range(1, 5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    bucket.push(VersionName(4), directory=here)
    assert json.loads(objects(bucket)["status.json"])["version"] == 4


def test_a_bucket_that_does_not_answer_is_told_in_a_line(here, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
    say(here, 1)
    gone = bucket_at("status", options={"endpoint": "http://127.0.0.1:9", "region": "us-east-1"})
    state = push(Copy(name="cloud", target=gone), directory=here, now=now)
    assert state.is_red
    assert "\n" not in state.error
    assert replace(state, error="", tried_at="") == replace(
        state_of("cloud", directory=here), error="", tried_at=""
    )
