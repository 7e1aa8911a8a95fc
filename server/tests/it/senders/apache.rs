//! Apache: an access log that is piped into the shuttle by Apache itself.

use std::process::Command;

use testing::program;

use super::Stage;

const CONFIG: &str = r#"
ServerRoot {dir}
ServerName localhost
DefaultRuntimeDir {dir}
PidFile {dir}/apache.pid
ErrorLog /dev/stderr
Listen 127.0.0.1:{port}
User nobody
Group nogroup
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
ProxyPass / http://127.0.0.1:{upstream}/
LogFormat "%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %Dus" timed
CustomLog "|{shuttle} shuttle" timed
"#;

#[test]
fn ok_piped_into_shuttle() {
    let stage = Stage::new();
    let Some(apache) = program::find("apache2") else { return };
    let shuttle = testing::process::path().display().to_string();
    let text = CONFIG.replace("{modules}", "/usr/lib/apache2/modules").replace("{shuttle}", &shuttle);
    let file = stage.config("apache.conf", &text);
    let mut command = Command::new(apache);
    command.args(["-X", "-f"]).arg(file).env("LOGS_URL", stage.logs_url());
    let _apache = stage.start(&mut command);
    let mut client = stage.client();
    client.say_rubbish();
    client.check(&stage.server);
    client.check_times(&stage.server, 0.0);
}
