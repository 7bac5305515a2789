"""Real processes that start together, one of which may be killed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.trust.fire.sink import HOST
from tracker.config import ROOT, Settings, process_environment

WAIT_SECONDS = 240
KILLED = -9


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code, the JSON it printed (None where it did not), its standard error."""

    code: int
    answer: dict[str, Any] | None
    errors: str


@dataclass
class Wave:
    """Processes that run one command at the same time."""

    settings: Settings
    folder: Path
    plant: str = "none"
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def run(self, count: int, arguments: list[str], *, kill_after: float | None = None) -> list[Ended]:
        """Start ``count`` processes, let them go when all are ready, and wait for their ends.

        ``kill_after`` so many seconds the first is killed, wherever it is then.
        """
        timer = threading.Timer(kill_after or 0, self.kill, [0])
        logs = [self.folder / f"{number}.log" for number in range(count)]
        try:
            for number, log in enumerate(logs):
                self.processes.append(self._start(number, arguments, log))
            for process, log in zip(self.processes, logs, strict=True):
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n", log.read_text(encoding="utf-8")
            for process in self.processes:
                assert process.stdin is not None
                process.stdin.write("\n")
                process.stdin.flush()
            if kill_after is not None:
                timer.start()
            outputs = [process.communicate(timeout=WAIT_SECONDS)[0] for process in self.processes]
        finally:
            timer.cancel()
            for process in self.processes:
                if process.poll() is None:
                    process.kill()
                    process.communicate()
        return [
            Ended(process.returncode, json.loads(output) if output else None, log.read_text(encoding="utf-8"))
            for process, output, log in zip(self.processes, outputs, logs, strict=True)
        ]

    def _start(self, number: int, arguments: list[str], log: Path) -> subprocess.Popen[str]:
        host = HOST.format(number=number)
        settings = replace(self.settings, mail_from=f"Key Task Tracker <tracker@{host}>")
        command = [sys.executable, "-m", "tests.trust.fire.child", self.plant, *arguments]
        with log.open("w", encoding="utf-8") as errors:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=process_environment(settings),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def kill(self, number: int) -> None:
        """SIGKILL, and return when the process is gone."""
        self.processes[number].kill()
        self.processes[number].wait(WAIT_SECONDS)
