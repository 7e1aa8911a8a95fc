//! Caddy: its JSON log on standard output.

use std::process::Command;

use testing::program;

use super::Stage;

const CONFIG: &str = "
{
    admin off
    auto_https off
    storage file_system {dir}/caddy
}
http://:{port} {
    bind 127.0.0.1
    log {
        output stdout
    }
    reverse_proxy 127.0.0.1:{upstream}
}
";

#[test]
fn ok_json_into_shuttle() {
    let stage = Stage::new();
    let Some(caddy) = program::find("caddy") else { return };
    let file = stage.config("Caddyfile", CONFIG);
    let mut command = Command::new(caddy);
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
    command.env("HOME", stage.dir()).env("XDG_CONFIG_HOME", stage.dir()).env("XDG_DATA_HOME", stage.dir());
    let _processes = stage.start_into_shuttle(&mut command);
    let mut client = stage.client();
    // The status of somebody who went away is 0 there, as that of an empty answer, which is 200.
    // What it could not read has no line.
    client.give_up("200");
    client.check(&stage.server);
    client.check_times(&stage.server, 0.0);
}
