Feature: Broker and programs prove to each other who they are
  With mutual TLS nobody reads or writes the topic without a certificate that the broker's CA has signed.

  Background: A broker that asks everybody for a certificate
    Given a Kafka broker of this scenario's own that asks for certificates
    And an empty SQLite database

  Scenario: Both programs have a certificate in their folder "keys"
    Given three configuration files, where a host counts its readings, with
      """
      tls: { ca: 'keys/ca.pem', cert: 'keys/client.pem', key: 'keys/client.key' },
      """
    When I start "hostvitals consume"
    And I start "hostvitals produce"
    Then 5 readings are soon in the database
    When I stop "hostvitals produce" by Ctrl-C
    Then it prints "all sent, 0 lost"
    And every reading is soon in the database, once
    And there is no gap and no dead letter

  Scenario: The host gets its certificate later
    Given three configuration files, where a host counts its readings, with
      """
      tls: { ca: 'keys/ca.pem' },
      """
    When I start "hostvitals produce"
    Then within 5 seconds "hostvitals produce" says "the broker wants a client certificate"
    And 5 more readings are taken
    When I stop "hostvitals produce" by Ctrl-C
    Then it prints "records wait in the spool for the next start, 0 lost"
    Given three configuration files, where a host counts its readings, with
      """
      tls: { ca: 'keys/ca.pem', cert: 'keys/client.pem', key: 'keys/client.key' },
      """
    When I start "hostvitals consume"
    And I start "hostvitals produce"
    And 5 more readings are taken
    And I stop "hostvitals produce" by Ctrl-C
    Then it prints "all sent, 0 lost"
    And every reading is soon in the database, once
    And there is no gap and no dead letter

  Scenario: The broker is not the one it claims to be
    Given three configuration files, where a host counts its readings, with
      """
      tls: { ca: 'keys/other-ca.pem', cert: 'keys/client.pem', key: 'keys/client.key' },
      """
    When I start "hostvitals produce"
    Then within 5 seconds "hostvitals produce" says "signed by a CA that is not trusted"
    And 5 more readings are taken
