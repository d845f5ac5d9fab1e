Feature: The agent runs in a container
  A container is no host. Who the host is lies in a folder that is kept, or is said; and under the host's own roots it is the host that is measured.

  Scenario: Nothing is kept, so the next container is another host, and that is said
    When a container runs "hostvitals up --for 2s --data /state --store sqlite:/kept/metrics.db"
    Then it ends with status 0
    And it prints "this container keeps no state: /state goes with it"
    And it prints "mount a volume there, or set host.uid (HOSTVITALS_HOST_UID)"
    When another container runs "hostvitals up --for 2s --data /state --store sqlite:/kept/metrics.db"
    And I run "hostvitals hosts list --store sqlite:metrics.db"
    Then it prints "ephemeral: new with the next container"
    And it prints "  2 hosts"
    When I run "hostvitals status --store sqlite:metrics.db"
    Then it prints "2 hosts will be new with the next container"

  Scenario: The state folder is a volume, so the next container is the same host
    When a container runs "hostvitals up --for 2s --data /kept"
    Then it ends with status 0
    And it does not print "keeps no state"
    When another container runs "hostvitals up --for 2s --data /kept"
    And I run "hostvitals hosts list --store sqlite:metrics.db"
    Then it does not print "ephemeral"
    And it prints "  1 host"

  Scenario: Nothing is kept, and the environment says who the host is
    When a container that is told "HOSTVITALS_HOST_UID=7F3A1C52-0D7E-4B0E-9D6E-2B8A5F0C9E11" runs "hostvitals up --for 2s --data /state --store sqlite:/kept/metrics.db"
    Then it ends with status 0
    And it does not print "keeps no state"
    When another container that is told "HOSTVITALS_HOST_UID=7f3a1c52-0d7e-4b0e-9d6e-2b8a5f0c9e11" runs "hostvitals up --for 2s --data /state --store sqlite:/kept/metrics.db"
    And I run "hostvitals hosts list --store sqlite:metrics.db"
    Then it prints "7f3a1c52-0d7e-4b0e-9d6e-2b8a5f0c9e11"
    And it does not print "ephemeral"
    And it prints "  1 host"
    When a container that is told "HOSTVITALS_HOST_UID=web-1" runs "hostvitals up --for 2s --data /state"
    Then it ends with status 78
    And it complains "HOSTVITALS_HOST_UID: 'web-1' is no UUID of a host"

  Scenario: The host's roots are mounted under /host, so the host is measured, not the container
    Given the machines "metal" and "other"
    When a container with "metal" under /host runs "hostvitals up --for 2s --data /kept --procfs /host/proc --sysfs /host/sys --rootfs /host"
    Then it prints "host metal ("
    When I run "hostvitals hosts list --store sqlite:metrics.db"
    Then it prints "  metal  "
    When a container with "metal" under /host runs "hostvitals scrape --json --procfs /host/proc --sysfs /host/sys --rootfs /host"
    Then the document's host is called "metal" and has the id that "metal" has by itself
    When a container with "other" under /host runs "hostvitals up --for 2s --data /kept --procfs /host/proc --sysfs /host/sys --rootfs /host"
    Then it prints "/kept was copied from another machine (machine-id, product-uuid, mac differ)"
    When I run "hostvitals hosts list --store sqlite:metrics.db"
    Then it prints "replaces metal ("
    And it prints "replaced by other ("
