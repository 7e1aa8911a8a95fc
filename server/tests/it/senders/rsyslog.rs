//! rsyslog: it follows a web server's access log and forwards it over plain TCP with octet counts.
//! rsyslog over TLS is tested in `syslog_tls.rs`.

use std::process::Command;

use testing::{program, wait::wait_for};

use super::{Stage, nginx};

const CONFIG: &str = r#"
global(workDirectory="{dir}")
module(load="imfile")
input(type="imfile" File="{dir}/access.log" Tag="nginx")
template(name="sg" type="string" string="<%PRI%>1 %TIMESTAMP:::date-rfc3339% %HOSTNAME% %APP-NAME% %PROCID% - [sg token=\"{token}\"] %msg%\n")
action(type="omfwd" protocol="tcp" target="127.0.0.1" port="{syslog}" template="sg" TCP_Framing="octet-counted")
"#;

#[test]
fn ok_a_file_of_nginx_over_tcp() {
    let stage = Stage::new();
    let Some(mut nginx) = nginx::command(&stage, "{dir}/access.log timed") else { return };
    let Some(rsyslog) = program::find("rsyslogd") else { return };
    let file = stage.config("rsyslog.conf", CONFIG);
    let _nginx = stage.start(&mut nginx);
    let access = stage.dir().join("access.log");
    wait_for("nginx to open its log", || access.exists());
    let mut command = Command::new(rsyslog);
    command.arg("-n").arg("-i").arg(stage.dir().join("rsyslog.pid")).arg("-f").arg(file);
    let _rsyslog = stage.start(&mut command);
    let mut client = stage.client();
    client.say_rubbish();
    client.give_up("499");
    client.check(&stage.server);
    client.check_times(&stage.server, 0.0);
}
