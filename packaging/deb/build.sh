#!/usr/bin/env bash
# Makes the Debian package of a built binary, and prints its path: build.sh BINARY FOLDER
#
# VERSION, MAINTAINER ("Name <address>") and COMPRESSION (xz, none) override what is found. NATIVE is a binary that
# runs here, for the manual and the completions of another architecture's package. The same input gives the same bytes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
binary=$(realpath "${1:?expected the path of the binary}")
out=$(realpath -m "${2:?expected a folder for the package}")
native=${NATIVE:-$binary}

for tool in dpkg-deb dpkg-shlibdeps strip gzip; do
  command -v $tool >/dev/null || { echo "build.sh: $tool is missing: apt install dpkg-dev binutils" >&2; exit 1; }
done

# The architecture is the binary's, not this machine's.
case $(LC_ALL=C readelf -h "$binary" | sed -n 's/^ *Machine: *//p') in
  *X86-64) architecture=amd64 strip=strip ;;
  AArch64) architecture=arm64 strip=aarch64-linux-gnu-strip ;;
  *) echo "build.sh: expected a binary of amd64 or arm64: $binary" >&2; exit 1 ;;
esac
command -v "$strip" >/dev/null || strip='strip'

time=$(git -C "$root" log -1 --format=%ct 2>/dev/null || true)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-${time:-$(stat -c %Y "$root/Cargo.toml")}}
crate=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
commit=$("$root/packaging/commit.sh")
# Between releases a version is earlier than the release to come, and later than that of an earlier commit.
if [ -z "${VERSION:-}" ]; then
  VERSION=$crate
  if [ -n "$commit" ] && ! git -C "$root" describe --exact-match --match "v$crate" >/dev/null 2>&1; then
    VERSION=$crate~git$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S).${commit/-changed/.changed}
  fi
  VERSION+=-1
fi
MAINTAINER=${MAINTAINER:-Streamgauge contributors <streamgauge@example.com>}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
put() { install -D -m "$1" "$2" "$tree/$3"; }
filled() {
  VERSION=$VERSION ARCHITECTURE=$architecture MAINTAINER=$MAINTAINER LIBRARIES=${libraries:-} KILOBYTES=${kilobytes:-} \
    perl -pe 's/\@([A-Z]+)\@/exists $ENV{$1} ? $ENV{$1} : $&/ge' "$here/debian/$1"
}
packed() { install -d "$(dirname "$tree/$1")" && gzip -9nc >"$tree/$1" && chmod 644 "$tree/$1"; }

put 755 "$binary" usr/bin/streamgauge
$strip --remove-section=.comment --remove-section=.note "$tree/usr/bin/streamgauge"
put 644 "$root/packaging/systemd/streamgauge.service" usr/lib/systemd/system/streamgauge.service
put 640 "$here/debian/default" etc/default/streamgauge
put 644 "$here/debian/lintian-overrides" usr/share/lintian/overrides/streamgauge

"$native" manual "$work/man"
for page in "$work"/man/*.1; do packed "usr/share/man/man1/$(basename "$page").gz" <"$page"; done
install -d "$tree"/usr/share/{bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
"$native" completions bash >"$tree/usr/share/bash-completion/completions/streamgauge"
"$native" completions zsh >"$tree/usr/share/zsh/vendor-completions/_streamgauge"
"$native" completions fish >"$tree/usr/share/fish/vendor_completions.d/streamgauge.fish"

doc=usr/share/doc/streamgauge
put 644 "$here/debian/README.Debian" $doc/README.Debian
license=$(sed -n '/^Permission/,$p' "$root/LICENSE" | sed 's/^$/./; s/^/ /')
install -D -m 644 /dev/null "$tree/$doc/copyright"
filled copyright | LICENSE=$license perl -pe 's/\@LICENSE\@/$ENV{LICENSE}/' >"$tree/$doc/copyright"
packed $doc/changelog.gz <"$root/CHANGELOG.md"
"$root/packaging/sbom.sh" | packed $doc/sbom.cdx.json.gz
packed $doc/changelog.Debian.gz <<END
streamgauge ($VERSION) unstable; urgency=medium

  * Built from ${commit:-the source of $crate}; changelog.gz says what is new.

 -- $MAINTAINER  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
END

# The libraries that the binary needs, in the versions whose symbols it uses.
mkdir "$work/debian" && filled control >"$work/debian/control"
libraries=$(cd "$work" && sed -i '1iSource: streamgauge\n' debian/control &&
  dpkg-shlibdeps -O "$tree/usr/bin/streamgauge" 2>"$work/shlibdeps.log" | sed -n 's/^shlibs:Depends=//p')
[ -n "$libraries" ] || { cat "$work/shlibdeps.log" >&2; exit 1; }

kilobytes=$(du -k --apparent-size -s "$tree" | cut -f1)
install -d "$tree/DEBIAN"
filled control >"$tree/DEBIAN/control"
for script in postinst prerm postrm; do put 755 "$here/debian/$script" DEBIAN/$script; done
put 644 "$here/debian/templates" DEBIAN/templates
echo /etc/default/streamgauge >"$tree/DEBIAN/conffiles"
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
chmod 644 "$tree"/DEBIAN/{control,conffiles,md5sums}
find "$tree" -type d -exec chmod 755 {} +
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$out"
package=$out/streamgauge_${VERSION}_$architecture.deb
# xz, which every version of dpkg in use reads.
dpkg-deb --root-owner-group --uniform-compression "-Z${COMPRESSION:-xz}" --build "$tree" "$package" >/dev/null
echo "$package"
