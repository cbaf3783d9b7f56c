// SPDX-License-Identifier: EUPL-1.2
// Options of Unbound's server clause of which there is only something to say: what is always so here, what means nothing
// here, what is missing.
#include "resolver/ctl/import_unbound.h"

namespace rw::ctl::unbound
{

namespace
{

using enum Verdict;

constexpr std::string_view sizing = "sized by itself";
constexpr std::string_view no_query_log = "no query log in this version; `rootwardctl failures` lists what went wrong";
constexpr std::string_view no_encryption = "no DNS over TLS or HTTPS in this version; keep a proxy in front for it";
constexpr std::string_view no_limits =
    "no rate limit to set in this version; one client's share of work is bounded by itself";
constexpr std::string_view no_views = "one view for all clients in this version";
constexpr std::string_view by_systemd = "the systemd unit's business";
constexpr std::string_view always = "always so";
constexpr std::string_view in_metrics = "in the metrics (status.listen)";
constexpr std::string_view in_journal = "logs go to standard error, which systemd keeps in its journal";

constexpr Row told[] = {
    // what is always so
    {"interface-automatic", built_in, "replies leave from the address that was asked"},
    {"so-reuseport", built_in, always},
    {"prefetch-key", built_in, "keys are fetched together with what they validate"},
    {"harden-short-bufsize", built_in, always},
    {"harden-large-queries", built_in, always},
    {"harden-dnssec-stripped", built_in, always},
    {"harden-below-nxdomain", built_in, "for validated denials (RFC 8020)"},
    {"harden-algo-downgrade", built_in, "one valid chain is enough, as RFC 6840 has it"},
    {"harden-unverified-glue", built_in, always},
    {"harden-unknown-additional", built_in, always},
    {"aggressive-nsec", built_in, "RFC 8198"},
    {"deny-any", built_in, "ANY gets a short answer (RFC 8482)"},
    {"extended-statistics", built_in, in_metrics},
    {"statistics-interval", built_in, in_metrics},
    {"statistics-cumulative", built_in, in_metrics},
    {"statistics-inhibit-zero", built_in, in_metrics},
    {"infra-keep-probing", built_in, "silent servers are probed apart from questions"},
    {"unwanted-reply-threshold", built_in, "every reply is checked against port, id, name and case"},
    {"trust-anchor-signaling", built_in, "dnssec.key-tag-signal"},
    {"root-key-sentinel", built_in, "dnssec.sentinel"},
    {"ede", built_in, "extended errors are always told (RFC 8914)"},
    {"ede-serve-expired", built_in, "extended errors are always told (RFC 8914)"},
    {"auto-trust-anchor-file", built_in, "the root's anchors are shipped and followed (dnssec.rfc5011)"},
    {"edns-tcp-keepalive", built_in, "RFC 7828"},
    {"val-clean-additional", built_in, always},
    {"sock-queue-timeout", built_in, "queries that waited too long are not answered late"},
    {"discard-timeout", built_in, "queries that waited too long are not answered late"},
    {"jostle-timeout", built_in, "many slow questions do not hold up the others"},
    // what means nothing here
    {"root-hints", not_needed, "the root servers are shipped and primed"},
    {"username", not_needed, by_systemd},
    {"chroot", not_needed, by_systemd},
    {"directory", not_needed, "relative paths start at the configuration's folder"},
    {"pidfile", not_needed, by_systemd},
    {"do-daemonize", not_needed, "it runs in the foreground"},
    {"use-systemd", not_needed, "told to systemd by itself"},
    {"use-syslog", not_needed, in_journal},
    {"log-identity", not_needed, in_journal},
    {"log-time-ascii", not_needed, in_journal},
    {"log-time-iso", not_needed, in_journal},
    {"log-thread-id", not_needed, in_journal},
    {"outgoing-range", not_needed, sizing},
    {"outgoing-num-tcp", not_needed, sizing},
    {"num-queries-per-thread", not_needed, sizing},
    {"msg-buffer-size", not_needed, sizing},
    {"msg-cache-slabs", not_needed, sizing},
    {"rrset-cache-slabs", not_needed, sizing},
    {"infra-cache-slabs", not_needed, sizing},
    {"key-cache-slabs", not_needed, sizing},
    {"ratelimit-slabs", not_needed, sizing},
    {"ip-ratelimit-slabs", not_needed, sizing},
    {"key-cache-size", not_needed, "part of the one cache"},
    {"neg-cache-size", not_needed, "part of the one cache"},
    {"infra-host-ttl", not_needed, "what is known of servers ages by itself"},
    {"infra-cache-numhosts", not_needed, sizing},
    {"infra-cache-min-rtt", not_needed, sizing},
    {"infra-cache-max-rtt", not_needed, sizing},
    {"infra-lame-ttl", not_needed, sizing},
    {"stream-wait-size", not_needed, sizing},
    {"so-rcvbuf", not_needed, "chosen by itself"},
    {"so-sndbuf", not_needed, "chosen by itself"},
    {"max-udp-size", not_needed, "edns.size bounds answers, too"},
    {"target-fetch-policy", not_needed, "addresses of servers are looked up when they are needed"},
    {"harden-referral-path", not_needed, "experimental there; referrals are validated by what is below them"},
    {"private-domain", not_needed, "it exempts from private-address only"},
    {"tls-cert-bundle", not_needed, "nothing is fetched over TLS"},
    {"tls-system-cert", not_needed, "nothing is fetched over TLS"},
    {"tls-port", not_needed, "see the interfaces with that port"},
    {"https-port", not_needed, "see the interfaces with that port"},
    {"port", not_needed, "part of listen"},
    {"val-nsec3-keysize-iterations", not_needed, "iterations are bounded as RFC 9276 has it"},
    {"val-bogus-ttl", not_needed, "failures are remembered as RFC 9520 has it"},
    {"val-max-restart", not_needed, sizing},
    {"add-holddown", not_needed, "RFC 5011's own times"},
    {"del-holddown", not_needed, "RFC 5011's own times"},
    {"keep-missing", not_needed, "RFC 5011's own times"},
    {"delay-close", not_needed, "late replies to closed ports are dropped by the kernel"},
    {"udp-connect", not_needed, always},
    {"shm-enable", not_needed, in_metrics},
    {"shm-key", not_needed, in_metrics},
    {"python-script", not_needed, "see module-config"},
    {"define-tag", not_needed, "see the options that use tags"},
    {"outbound-msg-retry", not_needed, sizing},
    {"max-global-quota", not_needed, sizing},
    {"max-query-restarts", not_needed, "aliases are followed eleven times, as in Unbound"},
    // what is missing
    {"private-address", missing,
     "no protection against rebinding in this version; keep a rule for it in what stands in front"},
    {"log-queries", missing, no_query_log},
    {"log-replies", missing, no_query_log},
    {"log-tag-queryreply", missing, no_query_log},
    {"log-local-actions", missing, no_query_log},
    {"logfile", missing, in_journal},
    {"tls-service-key", missing, no_encryption},
    {"tls-service-pem", missing, no_encryption},
    {"tls-upstream", missing, no_encryption},
    {"ssl-upstream", missing, no_encryption},
    {"tls-additional-port", missing, no_encryption},
    {"http-endpoint", missing, no_encryption},
    {"quic-port", missing, no_encryption},
    {"tcp-upstream", missing, "servers are asked over UDP first"},
    {"udp-upstream-without-downstream", missing, "clients are served over UDP and TCP"},
    {"ratelimit", missing, no_limits},
    {"ip-ratelimit", missing, no_limits},
    {"ratelimit-for-domain", missing, no_limits},
    {"ratelimit-below-domain", missing, no_limits},
    {"ip-ratelimit-cookie", missing, no_limits},
    {"wait-limit", missing, no_limits},
    {"answer-cookie", missing, "no DNS cookies in this version"},
    {"access-control-view", missing, no_views},
    {"access-control-tag", missing, no_views},
    {"access-control-tag-action", missing, no_views},
    {"access-control-tag-data", missing, no_views},
    {"interface-view", missing, no_views},
    {"interface-action", missing, "who may ask depends on the client's address only (access)"},
    {"interface-tag", missing, no_views},
    {"local-zone-tag", missing, no_views},
    {"local-zone-override", missing, no_views},
    {"response-ip", missing, "answers are not blocked by their addresses in this version"},
    {"response-ip-data", missing, "answers are not blocked by their addresses in this version"},
    {"response-ip-tag", missing, "answers are not blocked by their addresses in this version"},
    {"ip-transparent", missing, "an address must be there at the start; order the unit behind what brings it"},
    {"ip-freebind", missing, "an address must be there at the start; order the unit behind what brings it"},
    {"ip-dscp", missing, "packets are not marked; mark them in the firewall"},
    {"prefer-ip4", missing, "the faster family is asked; outgoing.ipv6: false leaves one out"},
    {"prefer-ip6", missing, "the faster family is asked; outgoing.ipv4: false leaves one out"},
    {"outgoing-port-permit", missing, "source ports are taken from 1024 to 65535"},
    {"outgoing-port-avoid", missing, "source ports are taken from 1024 to 65535"},
    {"rrset-roundrobin", missing, "records keep their order in this version"},
    {"cache-min-negative-ttl", missing, "negative answers have an upper bound only"},
    {"serve-expired-ttl-reset", missing, "stale data is used for cache.serve-stale.max and no longer"},
    {"disable-dnssec-lame-check", missing, "servers without signatures for a signed zone are passed over"},
    {"val-permissive-mode", missing,
     "what does not validate is not answered; name zones in "
     "dnssec.negative-trust-anchors"},
    {"val-override-date", missing, "the clock decides; fix the clock"},
    {"ignore-cd-flag", missing, "a client that validates for itself gets what it asks for (RFC 4035 §3.2.2)"},
    {"dlv-anchor", missing, "look-aside validation is no more (RFC 8749)"},
    {"dns64-synthall", missing, "AAAA records are made where there are none"},
    {"dns64-ignore-aaaa", missing, "AAAA records are made where there are none"},
    {"nat64-prefix", missing, "servers are not reached through a NAT64 of our own making"},
    {"do-nat64", missing, "servers are not reached through a NAT64 of our own making"},
    {"proxy-protocol-port", missing, "PROXY is not spoken; clients are seen by their packets' addresses"},
    {"send-client-subnet", missing, "clients' networks are never told (RFC 7871)"},
    {"client-subnet-zone", missing, "clients' networks are never told (RFC 7871)"},
    {"insecure-lan-zones", missing, "name the zones in dnssec.negative-trust-anchors"},
    {"fast-server-permil", missing, "the faster servers are preferred by themselves"},
    {"low-rtt-permil", missing, "the faster servers are preferred by themselves"},
    {"tcp-auth-query-timeout", not_needed, sizing},
    {"tcp-reuse-timeout", not_needed, sizing},
    {"max-reuse-tcp-queries", not_needed, sizing},
    {"edns-client-string", missing, "nothing of the client is told to servers"},
    {"edns-client-string-opcode", missing, "nothing of the client is told to servers"},
};

}  // namespace

std::span<const Row> told_rows()
{
    return told;
}

}  // namespace rw::ctl::unbound
