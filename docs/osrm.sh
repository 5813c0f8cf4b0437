#!/bin/sh
# Make /extract.osm.pbf ready for OSRM with docs/tipper.lua, unless that was done, and serve it. Its name is its content's and
# the profile's, and goes with every answer, so that nothing is kept of other streets.
set -eu
version=$(cat /extract.osm.pbf /opt/tipper.lua | sha256sum | cut -c1-16)
cd /data
if [ ! -e "$version.ready" ]; then
  rm -f ./*.osrm* ./*.osm.pbf ./*.ready
  cp /extract.osm.pbf "$version.osm.pbf"
  osrm-extract --profile /opt/tipper.lua --data_version "$version" "$version.osm.pbf"
  osrm-partition "$version.osrm"
  osrm-customize "$version.osrm"
  rm "$version.osm.pbf"
  touch "$version.ready"
fi
exec osrm-routed --algorithm mld "$version.osrm"
