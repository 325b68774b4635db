/// What the bytes from 0x80 on are in the character sets that have one byte for a letter, as MySQL and MariaDB have it.
///
/// Source: both servers, asked for `CONVERT(_latin1 x'80…FF' USING utf32)` and its like; they agree.
enum SingleByteLetters {
    /// - Parameter collation: the number of a collation of the character set.
    /// - Returns: 128 letters, nil for a byte that is none; nil for any other character set.
    static func letters(ofCollation collation: UInt16) -> [Unicode.Scalar?]? {
        sets.first { $0.collations.contains(collation) }.map { expanded($0.letters) }
    }

    /// Of numbers and ranges of numbers.
    private static func expanded(_ text: String) -> [Unicode.Scalar?] {
        text.split(whereSeparator: \.isWhitespace).flatMap { word -> [Unicode.Scalar?] in
            let ends = word.split(separator: "-").compactMap { UInt32($0, radix: 16) }
            guard let first = ends.first, let last = ends.last else { return [] }
            // What a server has no letter for becomes a question mark; and what is one of ASCII elsewhere might end a text here.
            return (first...max(first, last)).map { $0 < 0x80 ? nil : Unicode.Scalar($0) }
        }
    }

    private static let sets: [(collations: Set<UInt16>, letters: String)] = [
        // armscii8
        (
            [32, 64],
            """
            80-A0 2741 A7 589 29 28 BB AB 2014 2E 55D 2C-2D 55F 2026 55C 55B 55E 531 561 532 562 533 563 534 564 535 565 536 566 537
            567 538 568 539 569 53A 56A 53B 56B 53C 56C 53D 56D 53E 56E 53F 56F 540 570 541 571 542 572 543 573 544 574 545 575 546
            576 547 577 548 578 549 579 54A 57A 54B 57B 54C 57C 54D 57D 54E 57E 54F 57F 550 580 551 581 552 582 553 583 554 584 555
            585 556 586 2019 27
            """
        ),
        // cp1250
        (
            [26, 34, 44, 66, 99],
            """
            20AC 3F 201A 3F 201E 2026 2020-2021 3F 2030 160 2039 15A 164 17D 179 3F 2018-2019 201C-201D 2022 2013-2014 3F 2122 161
            203A 15B 165 17E 17A A0 2C7 2D8 141 A4 104 A6-A9 15E AB-AE 17B B0-B1 2DB 142 B4-B8 105 15F BB 13D 2DD 13E 17C 154 C1-C2
            102 C4 139 106 C7 10C C9 118 CB 11A CD-CE 10E 110 143 147 D3-D4 150 D6-D7 158 16E DA 170 DC-DD 162 DF 155 E1-E2 103 E4
            13A 107 E7 10D E9 119 EB 11B ED-EE 10F 111 144 148 F3-F4 151 F6-F7 159 16F FA 171 FC-FD 163 2D9
            """
        ),
        // cp1251
        (
            [14, 23, 50, 51, 52],
            """
            402-403 201A 453 201E 2026 2020-2021 20AC 2030 409 2039 40A 40C 40B 40F 452 2018-2019 201C-201D 2022 2013-2014 3F 2122
            459 203A 45A 45C 45B 45F A0 40E 45E 408 A4 490 A6-A7 401 A9 404 AB-AE 407 B0-B1 406 456 491 B5-B7 451 2116 454 BB 458
            405 455 457 410-44F
            """
        ),
        // cp1256
        (
            [57, 67],
            """
            20AC 67E 201A 192 201E 2026 2020-2021 2C6 2030 3F 2039 152 686 698 3F 6AF 2018-2019 201C-201D 2022 2013-2014 3F 2122 3F
            203A 153 200C-200D 3F A0 60C A2-A9 3F AB-B9 61B BB-BE 61F 3F 621-636 D7 637-63A 640-643 E0 644 E2 645-648 E7-EB 649-64A
            EE-EF 64B-64E F4 64F-650 F7 651 F9 652 FB-FC 200E-200F 3F
            """
        ),
        // cp1257
        (
            [29, 58, 59],
            """
            20AC 3F 201A 3F 201E 2026 2020-2021 3F 2030 3F 2039 3F A8 2C7 B8 3F 2018-2019 201C-201D 2022 2013-2014 3F 2122 3F 203A
            3F AF 2DB 3F A0 3F A2-A4 3F A6-A7 D8 A9 156 AB-AE C6 B0-B7 F8 B9 157 BB-BE E6 104 12E 100 106 C4-C5 118 112 10C C9 179
            116 122 136 12A 13B 160 143 145 D3 14C D5-D7 172 141 15A 16A DC 17B 17D DF 105 12F 101 107 E4-E5 119 113 10D E9 17A 117
            123 137 12B 13C 161 144 146 F3 14D F5-F7 173 142 15B 16B FC 17C 17E 2D9
            """
        ),
        // cp850
        (
            [4, 80],
            """
            C7 FC E9 E2 E4 E0 E5 E7 EA-EB E8 EF EE EC C4-C5 C9 E6 C6 F4 F6 F2 FB F9 FF D6 DC F8 A3 D8 D7 192 E1 ED F3 FA F1 D1 AA BA
            BF AE AC BD BC A1 AB BB 2591-2593 2502 2524 C1-C2 C0 A9 2563 2551 2557 255D A2 A5 2510 2514 2534 252C 251C 2500 253C E3
            C3 255A 2554 2569 2566 2560 2550 256C A4 F0 D0 CA-CB C8 131 CD-CF 2518 250C 2588 2584 A6 CC 2580 D3 DF D4 D2 F5 D5 B5 FE
            DE DA-DB D9 FD DD AF B4 AD B1 2017 BE B6 A7 F7 B8 B0 A8 B7 B9 B3 B2 25A0 A0
            """
        ),
        // cp852
        (
            [40, 81],
            """
            C7 FC E9 E2 E4 16F 107 E7 142 EB 150-151 EE 179 C4 106 C9 139-13A F4 F6 13D-13E 15A-15B D6 DC 164-165 141 D7 10D E1 ED
            F3 FA 104-105 17D-17E 118-119 AC 17A 10C 15F AB BB 2591-2593 2502 2524 C1-C2 11A 15E 2563 2551 2557 255D 17B-17C 2510
            2514 2534 252C 251C 2500 253C 102-103 255A 2554 2569 2566 2560 2550 256C A4 111 110 10E CB 10F 147 CD-CE 11B 2518 250C
            2588 2584 162 16E 2580 D3 DF D4 143-144 148 160-161 154 DA 155 170 FD DD 163 B4 AD 2DD 2DB 2C7 2D8 A7 F7 B8 B0 A8 2D9
            171 158-159 25A0 A0
            """
        ),
        // cp866
        (
            [36, 68],
            """
            410-43F 2591-2593 2502 2524 2561-2562 2556 2555 2563 2551 2557 255D 255C 255B 2510 2514 2534 252C 251C 2500 253C
            255E-255F 255A 2554 2569 2566 2560 2550 256C 2567-2568 2564-2565 2559 2558 2552-2553 256B 256A 2518 250C 2588 2584 258C
            2590 2580 440-44F 401 451 404 454 407 457 40E 45E B0 2219 B7 221A 207F B2 25A0 A0
            """
        ),
        // dec8
        (
            [3, 69],
            """
            80-A3 3F A5 3F A7 A4 A9-AB 3F 3F 3F 3F B0-B3 3F B5-B7 3F B9-BD 3F BF-CF 3F D1-D6 152 D8-DC 178 3F DF-EF 3F F1-F6 153
            F8-FC FF 3F 3F
            """
        ),
        // geostd8
        (
            [92, 93],
            """
            20AC 3F 201A 3F 201E 2026 2020-2021 3F 2030 3F 2039 3F 3F 3F 3F 3F 2018-2019 201C-201D 2022 2013-2014 3F 3F 3F 203A 3F
            3F 3F 3F A0-BF 10D0-10D6 10F1 10D7-10DC 10F2 10DD-10E2 10F3 10E3-10EE 10F4 10EF-10F0 10F5 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F
            3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 2116 3F 3F
            """
        ),
        // greek
        (
            [25, 70],
            """
            80-A0 2BD 2BC A3 3F 3F A6-A9 3F AB-AD 3F 2015 B0-B3 384-386 B7 388-38A BB 38C BD 38E-3A1 3F 3A3-3CE 3F
            """
        ),
        // hebrew
        (
            [16, 71],
            """
            80-A0 3F A2-A9 D7 AB-AE 203E B0-B9 F7 BB-BE 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F 3F
            3F 3F 3F 3F 3F 3F 3F 2017 5D0-5EA 3F 3F 200E-200F 3F
            """
        ),
        // hp8
        (
            [6, 72],
            """
            80-A0 C0 C2 C8 CA-CB CE-CF B4 2CB 2C6 A8 2DC D9 DB 20A4 AF DD FD B0 C7 E7 D1 F1 A1 BF A4 A3 A5 A7 192 A2 E2 EA F4 FB E1
            E9 F3 FA E0 E8 F2 F9 E4 EB F6 FC C5 EE D8 C6 E5 ED F8 E6 C4 EC D6 DC C9 EF DF D4 C1 C3 E3 D0 F0 CD CC D3 D2 D5 F5
            160-161 DA 178 FF DE FE B7 B5-B6 BE 2014 BC-BD AA BA AB 25A0 BB B1 3F
            """
        ),
        // keybcs2
        (
            [37, 73],
            """
            10C FC E9 10F E4 10E 164 10D 11B 11A 139 CD 13E 13A C4 C1 C9 17E 17D F4 F6 D3 16F DA FD D6 DC 160 13D DD 158 165 E1 ED
            F3 FA 148 147 16E D4 161 159 155 154 BC A1 AB BB 2591-2593 2502 2524 2561-2562 2556 2555 2563 2551 2557 255D 255C 255B
            2510 2514 2534 252C 251C 2500 253C 255E-255F 255A 2554 2569 2566 2560 2550 256C 2567-2568 2564-2565 2559 2558 2552-2553
            256B 256A 2518 250C 2588 2584 258C 2590 2580 3B1 DF 393 3C0 3A3 3C3 B5 3C4 3A6 398 3A9 3B4 221E 3C6 3B5 2229 2261 B1
            2265 2264 2320-2321 F7 2248 B0 2219 B7 221A 207F B2 25A0 A0
            """
        ),
        // koi8r
        (
            [7, 74],
            """
            2500 2502 250C 2510 2514 2518 251C 2524 252C 2534 253C 2580 2584 2588 258C 2590-2593 2320 25A0 2219-221A 2248 2264-2265
            A0 2321 B0 B2 B7 F7 2550-2552 451 2553-2561 401 2562-256C A9 44E 430-431 446 434-435 444 433 445 438-43F 44F 440-443 436
            432 44C 44B 437 448 44D 449 447 44A 42E 410-411 426 414-415 424 413 425 418-41F 42F 420-423 416 412 42C 42B 417 428 42D
            429 427 42A
            """
        ),
        // koi8u
        (
            [22, 75],
            """
            2500 2502 250C 2510 2514 2518 251C 2524 252C 2534 253C 2580 2584 2588 258C 2590-2593 2320 25A0 2022 221A 2248 2264-2265
            A0 2321 B0 B2 B7 F7 2550-2552 451 454 2554 456-457 2557-255B 491 255D-2561 401 404 2563 406-407 2566-256A 490 256C A9
            44E 430-431 446 434-435 444 433 445 438-43F 44F 440-443 436 432 44C 44B 437 448 44D 449 447 44A 42E 410-411 426 414-415
            424 413 425 418-41F 42F 420-423 416 412 42C 42B 417 428 42D 429 427 42A
            """
        ),
        // latin1
        (
            [5, 8, 15, 31, 47, 48, 49, 94],
            """
            20AC 81 201A 192 201E 2026 2020-2021 2C6 2030 160 2039 152 8D 17D 8F-90 2018-2019 201C-201D 2022 2013-2014 2DC 2122 161
            203A 153 9D 17E 178 A0-FF
            """
        ),
        // latin2
        (
            [2, 9, 21, 27, 77],
            """
            80-A0 104 2D8 141 A4 13D 15A A7-A8 160 15E 164 179 AD 17D 17B B0 105 2DB 142 B4 13E 15B 2C7 B8 161 15F 165 17A 2DD 17E
            17C 154 C1-C2 102 C4 139 106 C7 10C C9 118 CB 11A CD-CE 10E 110 143 147 D3-D4 150 D6-D7 158 16E DA 170 DC-DD 162 DF 155
            E1-E2 103 E4 13A 107 E7 10D E9 119 EB 11B ED-EE 10F 111 144 148 F3-F4 151 F6-F7 159 16F FA 171 FC-FD 163 2D9
            """
        ),
        // latin5
        (
            [30, 78],
            """
            80-CF 11E D1-DC 130 15E DF-EF 11F F1-FC 131 15F FF
            """
        ),
        // latin7
        (
            [20, 41, 42, 79],
            """
            80-A0 201D A2-A4 201E A6-A7 D8 A9 156 AB-AE C6 B0-B3 201C B5-B7 F8 B9 157 BB-BE E6 104 12E 100 106 C4-C5 118 112 10C C9
            179 116 122 136 12A 13B 160 143 145 D3 14C D5-D7 172 141 15A 16A DC 17B 17D DF 105 12F 101 107 E4-E5 119 113 10D E9 17A
            117 123 137 12B 13C 161 144 146 F3 14D F5-F7 173 142 15B 16B FC 17C 17E 2019
            """
        ),
        // macce
        (
            [38, 43],
            """
            C4 100-101 C9 104 D6 DC E1 105 10C E4 10D 106-107 E9 179-17A 10E ED 10F 112-113 116 F3 117 F4 F6 F5 FA 11A-11B FC 2020
            B0 118 A3 A7 2022 B6 DF AE A9 2122 119 A8 2260 123 12E-12F 12A 2264-2265 12B 136 2202 2211 142 13B-13E 139-13A 145-146
            143 AC 221A 144 147 2206 AB BB 2026 A0 148 150 D5 151 14C 2013-2014 201C-201D 2018-2019 F7 25CA 14D 154-155 158
            2039-203A 159 156-157 160 201A 201E 161 15A-15B C1 164-165 CD 17D-17E 16A D3-D4 16B 16E DA 16F-173 DD FD 137 17B 141 17C
            122 2C7
            """
        ),
        // macroman
        (
            [39, 53],
            """
            C4-C5 C7 C9 D1 D6 DC E1 E0 E2 E4 E3 E5 E7 E9 E8 EA-EB ED EC EE-EF F1 F3 F2 F4 F6 F5 FA F9 FB-FC 2020 B0 A2-A3 A7 2022 B6
            DF AE A9 2122 B4 A8 2260 C6 D8 221E B1 2264-2265 A5 B5 2202 2211 220F 3C0 222B AA BA 3A9 E6 F8 BF A1 AC 221A 192 2248
            2206 AB BB 2026 A0 C0 C3 D5 152-153 2013-2014 201C-201D 2018-2019 F7 25CA FF 178 2044 20AC 2039-203A FB01-FB02 2021 B7
            201A 201E 2030 C2 CA C1 CB C8 CD-CF CC D3-D4 F8FF D2 DA-DB D9 131 2C6 2DC AF 2D8-2DA B8 2DD 2DB 2C7
            """
        ),
        // tis620
        (
            [18, 89],
            """
            80-9F FFFD E01-E3A FFFD FFFD FFFD FFFD E3F-E5B FFFD FFFD FFFD FFFD
            """
        ),
    ]
}
