import Testing

@testable import SyncCurl

@Suite struct MailDialogTests {
    @Test func eachRecipientHasItsOwnAnswer() {
        let dialog = MailDialog(content: []) { false }
        dialog.heard(command: "CONNECT mail.example.com:25 HTTP/1.1\r\n")
        dialog.heard(answer: "HTTP/1.1 200 OK\r\n\r\n")
        dialog.heard(answer: "220 here\r\n")
        #expect(dialog.reply == MailReply(code: 220, text: "220 here"))
        dialog.heard(command: "EHLO me\r\n")
        #expect(dialog.reply == nil)
        dialog.heard(answer: "250-here\r\n")
        #expect(dialog.reply == nil)
        dialog.heard(answer: "250 SIZE\r\n")
        dialog.heard(command: "RCPT TO:<a@b.c>\r\n")
        dialog.heard(answer: "550-5.1.1 nobody\r\n")
        dialog.heard(answer: "550 5.1.1 by that name\r\n")
        dialog.heard(command: "RCPT TO:<d@e.f>\r\n")
        dialog.heard(answer: "250 ok\r\n")
        dialog.heard(command: "DATA\r\n")
        dialog.heard(answer: "354 go\r\n250 taken\r\n")
        dialog.heard(command: "QUIT\r\n")
        dialog.heard(answer: "421 bye\r\n")
        #expect(dialog.reply == MailReply(code: 250, text: "250 taken"))
        #expect(dialog.refused == [RefusedRecipient(address: "a@b.c", reply: MailReply(code: 550, text: "550-5.1.1 nobody 550 5.1.1 by that name"))])
    }
}
