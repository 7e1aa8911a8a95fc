// A mail server for tests: smtp-server, which nodemailer's makers maintain. It prints its port, then
// each mail that it took as one line of JSON.
//
// The name of a recipient says what happens: `busy` is refused with 451 the first time, `gone` with
// 550, `full` with 452 after the text. TLS is on from the beginning with `--tls`, and offered by
// STARTTLS otherwise; `--plain` offers none. The certificate is that of `authority.pem`, whose own
// key was thrown away.
import { readFileSync } from "node:fs";
import { SMTPServer } from "smtp-server";

const file = (name) => readFileSync(new URL(name, import.meta.url));
const has = (name) => process.argv.includes(name);
const refusal = (code, text) => Object.assign(new Error(text), { responseCode: code });
let busy = 0;

const server = new SMTPServer({
  secure: has("--tls"),
  key: file("key.pem"),
  cert: file("cert.pem"),
  authOptional: !has("--login"),
  disabledCommands: has("--plain") ? ["STARTTLS", "AUTH"] : [],
  logger: false,
  onAuth({ username, password }, _session, done) {
    const isRight = username === "alice" && password === "open sesame";
    done(isRight ? null : refusal(535, `no ${username} with ${password}`), { user: username });
  },
  onRcptTo({ address }, _session, done) {
    if (address.startsWith("busy@") && busy++ === 0) return done(refusal(451, "try again"));
    done(address.startsWith("gone@") ? refusal(550, "no such mailbox") : null);
  },
  onData(stream, session, done) {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => {
      const to = session.envelope.rcptTo.map((it) => it.address);
      if (to.some((it) => it.startsWith("full@"))) return done(refusal(452, "no room"));
      const mail = {
        from: session.envelope.mailFrom.address,
        to,
        secure: session.secure,
        user: session.user ?? null,
        hello: session.hostNameAppearsAs,
        text: Buffer.concat(parts).toString("latin1"),
      };
      process.stdout.write(`${JSON.stringify(mail)}\n`);
      done();
    });
  },
});
server.on("error", () => {});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.server.address().port}\n`));
// It ends with the test that started it.
process.stdin.resume().on("end", () => process.exit(0));
