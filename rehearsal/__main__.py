"""`make rehearse`: build in a temporary folder what the Dockerfile describes, run it, and say what that proved."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rehearsal.dockerfile import Stage, read_stages
from rehearsal.proofs import Container, Proof, prove
from rehearsal.stages import Image, go_through, places_of

CONTEXT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Return 0 when everything that can be proved here was, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the folder that stands for the image")
    keep = parser.parse_args().keep
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    folder.chmod(0o755)  # so that the image's user can get in
    try:
        return _rehearse(folder)
    finally:
        if keep:
            print(f"Left in {folder}")
        else:
            shutil.rmtree(folder)


def _rehearse(folder: Path) -> int:
    stages = read_stages((CONTEXT / "Dockerfile").read_text(encoding="utf-8"))
    interpreter = _interpreter(stages[-1].base)
    print(f"Building with {interpreter} in place of {stages[-1].base}")
    try:
        image = _build(stages, folder, interpreter)
    except subprocess.CalledProcessError as error:
        print(f"FAILED: a RUN step ended with {error.returncode}")
        return 1
    container = Container(stage=stages[-1], image=image, identity=_identity(stages[-1], interpreter))
    proofs = prove(container)
    _report(proofs, container)
    return 0 if all(proof.held for proof in proofs) else 1


def _build(stages: list[Stage], folder: Path, interpreter: str) -> Image:
    bin_folder = folder / "base"
    bin_folder.mkdir()
    python = bin_folder / "python"
    python.write_text(f'#!/bin/sh\nexec {interpreter} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    base = {"PATH": f"{bin_folder}:/usr/bin:/bin", "LANG": "C.UTF-8"}
    built: dict[str, Image] = {}
    image = Image(root=folder, environment={}, places=frozenset())
    for number, stage in enumerate(stages):
        name = stage.name or str(number)
        image = Image(root=folder / name, environment=dict(base), places=places_of(stages))
        go_through(stage, image, context=CONTEXT, built=built)
        built[name] = image
    return image


def _interpreter(base: str) -> str:
    """Debian's Python where it is of the image's version (any user can run it), else the one that runs this."""
    wanted = base.partition(":")[2].partition("-")[0]
    check = f"import ensurepip, sys; sys.exit('%d.%d' % sys.version_info[:2] != '{wanted}')"
    debian = "/usr/bin/python3"
    if (
        Path(debian).exists()
        and subprocess.run([debian, "-c", check], check=False, capture_output=True).returncode == 0
    ):
        return debian
    return str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")


def _identity(stage: Stage, interpreter: str) -> tuple[int, int] | None:
    """User and group of USER, if we may become them and they can run the interpreter."""
    instruction = stage.last("USER")
    if instruction is None or os.geteuid() != 0:
        return None
    user, _, group = instruction.value.partition(":")
    identity = int(user), int(group or user)
    try:
        subprocess.run([interpreter, "-c", ""], user=identity[0], group=identity[1], extra_groups=[], check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return identity


def _report(proofs: list[Proof], container: Container) -> None:
    print()
    for proof in proofs:
        print(f"  {'proved' if proof.held else 'FAILED'}: {proof.claim}" + (f" ({proof.found})" if proof.found else ""))
    unproved = [
        f"the base image {container.stage.base}: its Python, its libraries, and that wheels exist for its platform",
        "that Docker mounts the root file system read-only, drops capabilities and keeps the volume",
        "the schedule of the health check, and compose.yaml",
    ]
    if container.identity is None:
        unproved.append("that it runs as USER: this needs root, and an interpreter that everybody may run")
    for claim in unproved:
        print(f"  not proved here: {claim}")


if __name__ == "__main__":
    sys.exit(main())
