"""Runs the real nginx in front of something, as its own user, on loopback, for as long as a test lasts."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATH = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
WHY = "no nginx on this machine; install it with 'apt-get install nginx-light'"
CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {servers}
}}
"""


@contextmanager
def serving(servers: str, folder: Path, *ports: int) -> Iterator[None]:
    """Run nginx with these server blocks until the context ends; waits until it listens on these ports."""
    assert PATH is not None
    path = folder / "nginx.conf"
    path.write_text(CONFIGURATION.format(folder=folder, servers=servers), encoding="utf-8")
    with subprocess.Popen([PATH, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(path)]) as running:
        try:
            for port in ports:
                _wait(port, running)
            yield
        finally:
            running.terminate()
            running.wait(10)


def _wait(port: int, running: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if running.poll() is not None:
            raise RuntimeError("nginx ended; see its error.log")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nginx does not listen on {port}")
