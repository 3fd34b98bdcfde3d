"""`.aws-sam/build`, as `sam build` makes it: code and layers with the wheels of Lambda's own Python, and a template that points there."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree
from typing import Any

import yaml

from local.package import code_places, load
from local.settings import ROOT

OUT = ROOT / ".aws-sam" / "build"
UV = str(Path(sys.executable).with_name("uv"))
PYTHON, PLATFORM = "3.13", "aarch64-manylinux_2_28"  # of the template's runtime and architecture
LIMIT = 250 * 2**20  # bytes unzipped, a function with its layers: a quota of Lambda


def collect(source: Path, target: Path) -> None:
    """Copies a folder of code, links followed, and installs what its requirements.txt pins."""
    copytree(source, target, ignore=ignore_patterns("__pycache__", "requirements.*"))
    pinned = source / "requirements.txt"
    if pinned.exists():
        wheels = ["--python-platform", PLATFORM, "--python-version", PYTHON, "--only-binary", ":all:", "--require-hashes"]
        subprocess.run([UV, "pip", "install", "-q", *wheels, "--target", str(target / "python"), "-r", str(pinned)], check=True)


def lambda_python() -> str | None:
    """An interpreter whose bytecode Lambda's Python takes, or None. It is not downloaded."""
    found = subprocess.run([UV, "python", "find", "--no-python-downloads", PYTHON], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


def compile_all(python: str) -> list[Path]:
    """Returns what did not compile. Hash-based and unchecked: an archive keeps no modification times, and Lambda cannot write bytecode."""
    command = [python, "-m", "compileall", "-qq", "-j", "0", "--invalidation-mode", "unchecked-hash", str(OUT)]
    subprocess.run(command, check=False)
    return [source for source in OUT.rglob("*.py") if not any(source.parent.glob(f"__pycache__/{source.stem}.*.pyc"))]


def size(folder: Path) -> int:
    """Bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def layers_of(function: dict[str, Any], template: dict[str, Any]) -> list[str]:
    """Logical ids; SAM appends a function's own layers to those of Globals."""
    shared = template.get("Globals", {}).get("Function", {})
    return [layer["Ref"] for layer in [*shared.get("Layers", []), *function.get("Layers", [])]]


def report(template: dict[str, Any]) -> bool:
    """Prints every function's size; True when one is above the limit."""
    resources, shared = template["Resources"], template.get("Globals", {}).get("Function", {})
    too_large = False
    for name, resource in resources.items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        folders = [resource["Properties"].get("CodeUri") or shared["CodeUri"]]
        folders += [resources[layer]["Properties"]["ContentUri"] for layer in layers_of(resource["Properties"], template)]
        total = sum(size(OUT / folder) for folder in folders)
        too_large |= total > LIMIT
        print(f"{total / 2**20:7.1f} MB  {name}  ({' + '.join(folders)})" + ("  TOO LARGE" if total > LIMIT else ""))
    return too_large


def main() -> None:
    rmtree(OUT, ignore_errors=True)
    template = load()
    for properties, name in code_places(template):
        folder = Path(properties[name])
        target = OUT / "-".join(folder.parts)
        if not target.exists():
            collect(ROOT / folder, target)
        properties[name] = target.name
    (OUT / "template.yaml").write_text(yaml.safe_dump(template, sort_keys=False))
    if python := lambda_python():
        for source in compile_all(python):
            print(f"without bytecode: {source.relative_to(OUT)}")
    else:
        print(f"There is no Python {PYTHON} on this machine: everything is without bytecode, and cold starts take about twice as long.")
    if report(template):
        raise SystemExit(f"A function with its layers is above {LIMIT // 2**20} MB unzipped.")


if __name__ == "__main__":
    main()
