// The configuration of the SIP server that tests and the demo use.

const MODULES =
  'kex corex tm tmx sl rr pv maxfwd usrloc registrar textops siputils sanity auth nathelper xhttp websocket';

/**
 * @typedef {object} KamailioSettings
 * @property {string} folder For what it writes.
 * @property {string} modules
 * @property {number} port SIP over UDP and TCP.
 * @property {number} webSocketPort
 * @property {string} [more] Further settings, a line each.
 */

/**
 * Registrar and proxy of `sip.test`. The password of a user is the name with `pw` behind it, so that there is no
 * database. Nothing is stored for absent users: a request to them is answered 480.
 *
 * @param {KamailioSettings} settings
 */
export function kamailioConfig({ folder, modules, port, webSocketPort, more = '' }) {
  return `#!KAMAILIO
debug=1
log_stderror=yes
fork=yes
children=2
tcp_children=2
# A process of it that hangs at the end is waited for so many seconds, and not for a minute.
ser_kill_timeout=5
auto_aliases=no
alias="sip.test"
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${webSocketPort}
# A WebSocket handshake has no Content-Length.
tcp_accept_no_cl=yes
tcp_connection_lifetime=3605
${more}
mpath="${modules}"
loadmodule "jsonrpcs.so"
${MODULES.split(' ')
  .map((name) => `loadmodule "${name}.so"`)
  .join('\n')}
modparam("jsonrpcs", "fifo_name", "${folder}/rpc_fifo")
modparam("jsonrpcs", "transport", 2)
modparam("usrloc", "db_mode", 0)
# Whoever lost the connection is absent at once.
modparam("usrloc", "handle_lost_tcp", 1)
modparam("nathelper|registrar", "received_avp", "$avp(RECEIVED)")
modparam("registrar", "min_expires", 5)
modparam("registrar", "max_expires", 600)
# An application may take 30 s to report what became of a message.
modparam("tm", "fr_timer", 31000)
modparam("websocket", "keepalive_mechanism", 1)
modparam("websocket", "keepalive_timeout", 30)

request_route {
    if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
    if (!sanity_check("1511", "7")) { exit; }
    if (is_method("OPTIONS") && uri == myself && $rU == $null) { sl_send_reply("200", "OK"); exit; }
    force_rport();
    if (is_method("CANCEL|ACK")) { if (t_check_trans()) t_relay(); exit; }
    t_check_trans();
    if (is_method("REGISTER")) {
        # The argument has to be one variable.
        $var(pw) = $tU + "pw";
        if (!pv_www_authenticate("$td", "$var(pw)", "0")) { www_challenge("$td", "0"); exit; }
        if ($au != $tU) { sl_send_reply("403", "Use your own account"); exit; }
        consume_credentials();
        # Contacts behind a WebSocket have no address: what is for them goes down the same connection.
        if ($proto == "ws" || $proto == "wss" || nat_uac_test("64")) { fix_nated_register(); }
        if (!save("location")) sl_reply_error();
        exit;
    }
    if (is_method("MESSAGE|OPTIONS")) {
        if (uri != myself && $rd != "sip.test") { sl_send_reply("403", "Relaying denied"); exit; }
        if (!lookup("location")) {
            if ($rc == -2) { sl_send_reply("405", "Method Not Allowed"); exit; }
            sl_send_reply("480", "Temporarily Unavailable"); exit;
        }
        if (!t_relay()) sl_reply_error();
        exit;
    }
    sl_send_reply("405", "Method Not Allowed");
}
event_route[xhttp:request] {
    set_reply_close();
    set_reply_no_connect();
    if ($Rp == ${webSocketPort} && $hdr(Upgrade) =~ "websocket" && $hdr(Connection) =~ "Upgrade" && $rm =~ "GET") {
        if (ws_handle_handshake()) exit;
    }
    xhttp_reply("404", "Not Found", "", "");
}
`;
}
