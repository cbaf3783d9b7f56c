# SPDX-License-Identifier: EUPL-1.2
"""Other resolvers in the same world: a configuration of each peer that asks the lab's root identities, trusts the lab's
anchor and answers on loopback. As near to each other as their settings allow, otherwise their own defaults."""

import os
from dataclasses import dataclass
from pathlib import Path

from lab_paths import LabError


@dataclass
class PeerOptions:
    address: str = "127.0.0.1"
    port: int = 53
    threads: int = 1
    validate: bool = True
    ipv6: bool = True
    cache_mib: int = 256
    extra: str = ""  # further lines of the peer's own configuration


def _yes(flag):
    return "yes" if flag else "no"


def _ds_fields(lab):
    """key tag, algorithm, digest type, digest of the lab's trust anchor"""
    return (lab / "anchor.ds").read_text().split()[4:8]


def _unbound(lab, home, o):
    (home / "unbound.conf").write_text(f"""\
server:
  directory: "{home}"
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  interface: {o.address}@{o.port}
  access-control: 0.0.0.0/0 allow
  access-control: ::/0 allow
  num-threads: {o.threads}
  do-ip6: {_yes(o.ipv6)}
  root-hints: "{lab}/root.hints"
  module-config: "{'validator ' if o.validate else ''}iterator"
  {f'trust-anchor-file: "{lab}/anchor.ds"' if o.validate else ''}
  msg-cache-size: {o.cache_mib // 3}m
  rrset-cache-size: {o.cache_mib * 2 // 3}m
  ede: yes
  statistics-interval: 0
  {o.extra}
remote-control:
  control-enable: no
""")
    return ["unbound", "-d", "-c", str(home / "unbound.conf")]


def _named(lab, home, o):
    tag, algorithm, digest_type, digest = _ds_fields(lab)
    family = "listen-on-v6" if ":" in o.address else "listen-on"
    silent = "listen-on" if ":" in o.address else "listen-on-v6"
    anchors = f'trust-anchors {{ . static-ds {tag} {algorithm} {digest_type} "{digest}"; }};' if o.validate else ""
    (home / "named.conf").write_text(f"""\
options {{
  directory "{home}";
  pid-file none;
  session-keyfile "{home}/session.key";
  {family} port {o.port} {{ {o.address}; }};
  {silent} {{ none; }};
  recursion yes;
  allow-recursion {{ any; }};
  allow-query {{ any; }};
  dnssec-validation {_yes(o.validate)};
  max-cache-size {o.cache_mib}M;
  empty-zones-enable no;
  qname-minimization relaxed;
  {o.extra}
}};
{anchors}
controls {{ }};
zone "." {{ type hint; file "{lab}/root.hints"; }};
""")
    families = [] if o.ipv6 else ["-4"]
    return ["named", "-g", "-n", str(o.threads), "-U", str(o.threads), *families, "-c", str(home / "named.conf")]


def _pdns_recursor(lab, home, o):
    ds = " ".join(_ds_fields(lab))
    script = "clearDS('.')\n" + (f"addDS('.', \"{ds}\")\n" if o.validate else "")
    (home / "anchors.lua").write_text(script)
    (home / "recursor.conf").write_text(f"""\
daemon=no
socket-dir={home}
local-address={o.address}
local-port={o.port}
threads={o.threads}
allow-from=0.0.0.0/0, ::/0
hint-file={lab}/root.hints
lua-config-file={home}/anchors.lua
dnssec={'validate' if o.validate else 'off'}
query-local-address=0.0.0.0{', ::' if o.ipv6 else ''}
max-cache-entries={o.cache_mib * 4000}
security-poll-suffix=
write-pid=no
disable-syslog=yes
loglevel=3
{o.extra}
""")
    return ["pdns_recursor", f"--config-dir={home}"]


def _kresd(lab, home, o):
    anchors = f"trust_anchors.add_file('{lab}/anchor.key', true)" if o.validate else "trust_anchors.remove('.')"
    (home / "kresd.conf").write_text(f"""\
modules.unload('ta_update')
modules.unload('ta_signal_query')
modules.unload('priming')
modules.load('hints')
net.listen('{o.address}', {o.port}, {{ kind = 'dns' }})
net.ipv6 = {'true' if o.ipv6 else 'false'}
hints.root_file('{lab}/root.hints')
{anchors}
cache.open({o.cache_mib} * MB, 'lmdb://{home}/cache')
log_level('warning')
{o.extra}
""")
    return ["kresd", "-n", "-c", str(home / "kresd.conf"), str(home)]


PEERS = {"unbound": _unbound, "named": _named, "pdns_recursor": _pdns_recursor, "kresd": _kresd}


def command(peer, options, folder=None):
    """Writes the peer's configuration into a folder of its own; returns its command line."""
    if peer not in PEERS:
        raise LabError(f"no such peer: {peer} (there are {', '.join(PEERS)})")
    if "RW_LAB_DIR" not in os.environ and folder is None:
        raise LabError("peers run inside the lab; use `lab run -- COMMAND` or `lab shell`")
    lab = Path(folder or os.environ["RW_LAB_DIR"])
    home = lab / "peer" / f"{peer}-{options.address}-{options.port}"
    home.mkdir(parents=True, exist_ok=True)
    return PEERS[peer](lab, home, options)
