// What stands in each bundle for people who have nothing of ours: what it is, and how to verify it with
// programs that every Linux has.
export const READ_ME = `Beweismittel aus einem Telefonsystem
====================================

manifest.json sagt, worum es geht, wer das Paket wann erstellt hat und was jede Datei unter entries/ ist.
So prüfen Sie es ohne unsere Software, in diesem Ordner nach dem Auspacken:

  openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
  sha256sum --check --strict SHA256SUMS

Beide müssen ohne Fehler enden, und unter entries/ darf nichts liegen, was nicht in SHA256SUMS steht.
key.pem liegt bei, damit die Befehle laufen. Was er beweist, hängt davon ab, woher Sie den Schlüssel kennen:
Vergleichen Sie ihn mit dem, den Ihnen das Unternehmen auf einem anderen Weg genannt hat. Die Prüfung sagt,
dass seit dem Unterschreiben nichts verändert wurde. Sie sagt nicht, dass der Inhalt stimmt: Was Geräte über
sich melden, ist ein Bericht.

Evidence from a telephone system
================================

manifest.json says what it is about, who made the bundle when, and what each file under entries/ is.
To verify it without our software, in this folder after unpacking:

  openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
  sha256sum --check --strict SHA256SUMS

Both must end without an error, and under entries/ there must be nothing that is not in SHA256SUMS.
key.pem is enclosed so that the commands run. What it proves depends on how you know the key: compare it with
the one that the company has told you in another way. The verification says that nothing was changed since it
was signed. It does not say that the content is true: what devices say of themselves is a report.
`
