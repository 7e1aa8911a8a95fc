# Streamgauge for Homebrew, on macOS and Linux: put it into a tap as Formula/streamgauge.rb. Change: homepage, url and
# sha256, which `packaging/release.sh` prints for the archive of the source.
#   brew install TAP/streamgauge && brew services start streamgauge
class Streamgauge < Formula
  desc "Live metrics, percentiles and alerts from log drains"
  homepage "https://example.com/streamgauge"
  url "https://example.com/streamgauge/streamgauge-0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "node" => :build
  # The browser's modules need the WASM target, which Homebrew's own Rust lacks.
  depends_on "rustup" => :build

  def install
    ENV["RUSTUP_HOME"] = buildpath/".rustup"
    ENV["CARGO_HOME"] = buildpath/".cargo-home"
    ENV.prepend_path "PATH", Formula["rustup"].opt_bin
    system "rustup", "toolchain", "install", "stable", "--profile", "minimal", "--component", "rustfmt,clippy",
           "--target", "wasm32-unknown-unknown"
    system "make", "build"
    bin.install "target/release/streamgauge"
    system bin/"streamgauge", "manual", "man"
    man1.install Dir["man/*.1"]
    generate_completions_from_executable(bin/"streamgauge", "completions")
  end

  service do
    run [opt_bin/"streamgauge", "serve"]
    keep_alive true
    environment_variables DATABASE_URL: "sqlite://#{var}/streamgauge/streamgauge.db"
    working_dir var/"streamgauge"
    log_path var/"log/streamgauge.log"
    error_log_path var/"log/streamgauge.log"
  end

  def post_install
    (var/"streamgauge").mkpath
    chmod 0700, var/"streamgauge"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/streamgauge --version")
    port = free_port
    pid = spawn({ "PORT" => port.to_s, "DATABASE_URL" => "sqlite://#{testpath}/test.db" }, bin/"streamgauge", "serve")
    begin
      healthy = 50.times.any? do
        sleep 0.1
        quiet_system bin/"streamgauge", "healthcheck", "--port", port.to_s
      end
      assert healthy
    ensure
      Process.kill "TERM", pid
      Process.wait pid
    end
  end
end
