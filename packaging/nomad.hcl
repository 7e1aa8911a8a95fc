# Streamgauge on Nomad with Docker. Change: the datacenter, the image, the host name, and the volume, which must exist on
# the client as a host volume that belongs to user 10001:
#   client { host_volume "streamgauge" { path = "/srv/streamgauge" } }      chown 10001 /srv/streamgauge
#   nomad var put nomad/jobs/streamgauge admin_password="$(openssl rand -hex 16)"
#   nomad job run packaging/nomad.hcl
job "streamgauge" {
  datacenters = ["dc1"]
  type        = "service"

  group "server" {
    # Always one: a second server on the same file refuses to start.
    count = 1

    network {
      port "http" { to = 3000 }
    }

    volume "data" {
      type   = "host"
      source = "streamgauge"
    }

    service {
      name     = "streamgauge"
      port     = "http"
      provider = "nomad"
      check {
        type     = "http"
        path     = "/healthz"
        interval = "20s"
        timeout  = "5s"
      }
    }

    task "streamgauge" {
      driver       = "docker"
      kill_timeout = "15s"

      config {
        image           = "registry.example.com/streamgauge:0.1.0"
        ports           = ["http"]
        readonly_rootfs = true
        cap_drop        = ["all"]
      }

      volume_mount {
        volume      = "data"
        destination = "/data"
      }

      env {
        PUBLIC_URL          = "https://gauge.example.com"
        ADMIN_PASSWORD_FILE = "/secrets/admin-password"
      }

      template {
        destination = "secrets/admin-password"
        data        = "{{ with nomadVar \"nomad/jobs/streamgauge\" }}{{ .admin_password }}{{ end }}"
        uid         = 10001
        perms       = "400"
      }

      resources {
        cpu    = 200
        memory = 512
      }
    }
  }
}
