# heavy: asks dpkg
# The bill of materials: SPDX 2.3, each library that is linked, the same text each time.

need python3 dpkg jq
must_work env SOURCE_DATE_EPOCH=86400 "$TOP/scripts/sbom" "$PROGRAM" 0.1.0
cp .out sbom.json
expect_json '.spdxVersion == "SPDX-2.3" and .dataLicense == "CC0-1.0" and .SPDXID == "SPDXRef-DOCUMENT"'
expect_json '.creationInfo.created == "1970-01-02T00:00:00Z"'
expect_json '[.packages[].SPDXID] | length == (unique | length)'
expect_json 'all(.packages[]; .name and .SPDXID and .downloadLocation and .versionInfo)'
expect_json '[.packages[].SPDXID, .SPDXID] as $ids | all(.relationships[]; (.spdxElementId | IN($ids[])) and (.relatedSpdxElement | IN($ids[])))'
for library in libssl3 libp11-3 libxml2 libsqlite3-0 libjansson4 libidn2-0 libfyaml0; do
	expect_json "any(.packages[]; .name == \"$library\")"
done
expect_equal "$(jq -r '.packages[0].checksums[0].checksumValue' sbom.json)" "$(sha256sum "$PROGRAM" | cut -d' ' -f1)"
must_work env SOURCE_DATE_EPOCH=86400 "$TOP/scripts/sbom" "$PROGRAM" 0.1.0
expect_same .out sbom.json
