"""The configuration of an engine, and the only reader of it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from loopwise.checks import check_count
from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_LOOPS

_ADDRESS = re.compile(r"(?P<host>[^\s:\[\]]+|\[[0-9a-fA-F:.]+\]):(?P<port>[0-9]{1,5})")
POLICIES = ("meta", "blend", "prior")
_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off", "")


@dataclass(frozen=True)
class Settings:
    """What an engine is told when it starts.

    Attributes:
        db: the database: "sqlite:///FILE", "postgresql+psycopg://USER@HOST/NAME"; "sqlite://" lives in memory.
        listen: "host:port"; port 0 lets the system choose.
        tls_cert: file with the certificate chain (PEM); goes with `tls_key`.
        tls_key: file with its private key (PEM).
        insecure: listen in plain text beyond loopback.
        reflection: describe the service to callers that ask.
        metrics: "host:port" where metrics are served by HTTP, or with TLS by HTTPS; None, nowhere.
        cache_bytes: of memory for the columns that were reported or read last; 0 for none.
        keep_loops: how many loops of an experiment keep their raw columns, unless it says otherwise; None, all.
        policy: what decides: "meta", the meta-model that was promoted, else the one that comes with loopwise, else the
            prior policy; "blend", the same model, but every batch is shared among the strategies that promise most;
            "prior", that one whatever models there are.
        explore: share of the decisions that follow an arm drawn at random, so that logs tell what each brings.

    Raises:
        InvalidInputError: a setting is malformed or out of its bounds, or listens beyond loopback in plain text without
            `insecure`.
    """

    db: str = "sqlite:///loopwise.db"
    listen: str = "127.0.0.1:50051"
    tls_cert: Path | None = None
    tls_key: Path | None = None
    insecure: bool = False
    reflection: bool = False
    metrics: str | None = None
    cache_bytes: int = 256 << 20
    keep_loops: int | None = None
    policy: str = "meta"
    explore: float = 0.0

    def __post_init__(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise InvalidInputError("TLS needs both a certificate and its key: give tls-cert and tls-key")
        for address in (self.listen, self.metrics):
            if address is not None:
                self._check(address)
        if self.cache_bytes < 0:
            raise InvalidInputError(f"cache_bytes is {self.cache_bytes}; it must be 0, for no cache, or more")
        if self.keep_loops is not None:
            check_count("keep-loops", self.keep_loops, MAX_LOOPS)
        if self.policy not in POLICIES:
            raise InvalidInputError(f"the policy {self.policy!r} must be one of {', '.join(POLICIES)}")
        if not 0 <= self.explore <= 1:
            raise InvalidInputError(f"explore is {self.explore:g}; it must be a share of the decisions, from 0 to 1")

    def _check(self, address: str) -> None:
        match = _ADDRESS.fullmatch(address)
        if match is None or int(match["port"]) > 65535:
            raise InvalidInputError(f"the address to listen on, {address!r}, must look like '127.0.0.1:50051'")
        if self.tls_cert is None and not self.insecure and not _is_loopback(match["host"]):
            raise InvalidInputError(
                f"{address} can be reached from other machines: give tls-cert and tls-key, "
                "or insecure where the network itself is trusted"
            )

    @classmethod
    def read(cls, environment: Mapping[str, str], **given: object) -> Settings:
        """The settings from what was given; else from LOOPWISE_DB, LOOPWISE_LISTEN, ...; else the defaults.

        Args:
            environment: the process's environment variables.
            given: by name of the setting; None, not given.
        """
        read: dict[str, object] = {name: value for name, value in given.items() if value is not None}
        for setting in fields(cls):
            variable = f"LOOPWISE_{setting.name.upper()}"
            if setting.name not in read and variable in environment:
                read[setting.name] = _parse(variable, environment[variable], str(setting.type))
        for name in ("tls_cert", "tls_key"):
            if read.get(name) is not None:
                read[name] = Path(str(read[name]))
        return cls(**read)  # type: ignore[arg-type]  # names and types were matched field by field


def _parse(variable: str, text: str, kind: str) -> object:
    """The value of a variable that is a setting of this type, as it is annotated."""
    if kind in ("int", "int | None"):
        try:
            return int(text)
        except ValueError:
            raise InvalidInputError(f"the environment variable {variable}={text!r} must be a whole number") from None
    if kind == "float":
        try:
            return float(text)
        except ValueError:
            raise InvalidInputError(f"the environment variable {variable}={text!r} must be a number") from None
    if kind != "bool":
        return text
    if text.lower() not in _YES + _NO:
        raise InvalidInputError(
            f"the environment variable {variable}={text!r} must be one of {', '.join(_YES + _NO[:-1])}"
        )
    return text.lower() in _YES


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
