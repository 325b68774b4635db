import Testing
import WorkerBinlog

@Suite struct GTIDSetTests {
    static let first = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
    static let second = "4e11fa47-71ca-11e1-9e33-c80aa9429562"

    @Test(arguments: [
        "", "\(first):1", "\(first):1-5", "\(first):1-5:7", "\(first):1-5:7-9,\(second):3",
        "\(first):tag:1-3", "\(first):1-2:a:5:b_2:1-9,\(second):_x:1",
    ])
    func printsWhatItParses(_ text: String) throws {
        #expect(try #require(GTIDSet(text)).description == text)
    }

    @Test func parsesWhatServersAccept() throws {
        let text = " 3E11FA47-71CA-11E1-9E33-C80AA9429562 : 7 : 1-5 :6,\n\(Self.second):TAG:2-2,,\(Self.first):9-8"
        #expect(try #require(GTIDSet(text)).description == "\(Self.first):1-7,\(Self.second):tag:2")
    }

    @Test(arguments: [
        "x", "\(first):0", "\(first):-1", "\(first):1-", "\(first):1-2-3", "\(first):9tag:1", "\(first):a-b:1",
        "3e11fa47:1", "\(first):9223372036854775807", "\(first):99999999999999999999",
    ])
    func refusesOtherText(_ text: String) {
        #expect(GTIDSet(text) == nil)
    }

    /// The bytes that MySQL 9.7 accepted in COM_BINLOG_DUMP_GTID, and the classic form of 5.6.
    @Test func encodesBothForms() throws {
        let set = try #require(GTIDSet("\(Self.first):1-5:7"))
        let source = "3e11fa4771ca11e19e33c80aa9429562"
        let intervals = "0200000000000000" + "01000000000000000600000000000000" + "07000000000000000800000000000000"
        #expect(hex(set.encoded()) == "0100000000000000" + source + intervals)
        #expect(hex(set.encoded(as: .tagged)) == "0101000000000001" + source + "00" + intervals)
        let tagged = try #require(GTIDSet("\(Self.first):tag:1-5:7"))
        #expect(hex(tagged.encoded()) == "0101000000000001" + source + "06746167" + intervals)
    }

    @Test func containsExactly() throws {
        let set = try #require(GTIDSet("\(Self.first):2-4:6:t:9"))
        let source = try #require(ServerUUID(Self.first))
        for (number, tag, expected) in [
            (1, "", false), (2, "", true), (4, "", true), (5, "", false), (6, "", true), (7, "", false), (9, "", false),
            (9, "t", true),
        ] {
            #expect(set.contains(GTID(source: source, tag: tag, number: Int64(number))) == expected)
        }
        #expect(set.count == 5)
        #expect(set.hasTags)
    }

    /// All operations against plain sets of numbers.
    @Test func behavesLikeASetOfNumbers() throws {
        var random = SeededGenerator.printing("GTIDSetTests.behavesLikeASetOfNumbers")
        let sources = try [Self.first, Self.second].map { try #require(ServerUUID($0)) }
        let origins = sources.flatMap { source in ["", "a", "b"].map { GTIDSet.Origin(source: source, tag: $0) } }
        func make() -> (GTIDSet, Set<GTID>) {
            var set = GTIDSet()
            var model: Set<GTID> = []
            for _ in 0..<Int.random(in: 0..<12, using: &random) {
                let origin = origins[Int.random(in: 0..<origins.count, using: &random)]
                let start = Int64.random(in: 1...40, using: &random)
                let end = start + Int64.random(in: 0...6, using: &random)
                set.insert(start..<end, of: origin)
                for number in start..<end { model.insert(GTID(source: origin.source, tag: origin.tag, number: number)) }
            }
            return (set, model)
        }
        func members(_ set: GTIDSet) -> Set<GTID> {
            var all: Set<GTID> = []
            for origin in set.origins {
                let ranges = set.intervals(of: origin)
                for (left, right) in zip(ranges, ranges.dropFirst()) { #expect(left.upperBound < right.lowerBound) }
                for number in ranges.joined() {
                    all.insert(GTID(source: origin.source, tag: origin.tag, number: number))
                }
            }
            return all
        }
        for _ in 0..<2000 {
            let (left, leftModel) = make()
            let (right, rightModel) = make()
            #expect(members(left) == leftModel)
            #expect(left.count == UInt64(leftModel.count))
            #expect(left.isEmpty == leftModel.isEmpty)
            #expect(members(left.union(right)) == leftModel.union(rightModel))
            #expect(members(left.subtracting(right)) == leftModel.subtracting(rightModel))
            #expect(members(left.intersection(right)) == leftModel.intersection(rightModel))
            #expect(left.isSubset(of: right) == leftModel.isSubset(of: rightModel))
            #expect(left.isSubset(of: left.union(right)))
            #expect((left == right) == (leftModel == rightModel))
            #expect(GTIDSet(left.description) == left)
            for encoding in [GTIDSet.Encoding.classic, .tagged] {
                #expect(try left.encoded(as: encoding).withUnsafeBytes { try GTIDSet(decoding: $0) } == left)
            }
            for _ in 0..<8 {
                let origin = origins[Int.random(in: 0..<origins.count, using: &random)]
                let gtid = GTID(source: origin.source, tag: origin.tag, number: .random(in: 1...50, using: &random))
                #expect(left.contains(gtid) == leftModel.contains(gtid))
                var grown = left
                grown.insert(gtid)
                #expect(members(grown) == leftModel.union([gtid]))
            }
        }
    }
}

@Suite struct MariaDBGTIDPositionTests {
    @Test func parsesAndPrints() throws {
        let position = try #require(MariaDBGTIDPosition("7-3-12, 0-1-100"))
        #expect(position.description == "0-1-100,7-3-12")
        #expect(position[7] == MariaDBGTID(domain: 7, server: 3, sequence: 12))
        #expect(MariaDBGTIDPosition("")?.isEmpty == true)
        #expect(MariaDBGTIDPosition("0-1") == nil)
        #expect(MariaDBGTIDPosition("0-1-x") == nil)
        #expect(MariaDBGTIDPosition("0--1-5") == nil)
        #expect(MariaDBGTIDPosition("0-1-18446744073709551615")?[0]?.sequence == .max)
    }

    @Test func coversByDomain() throws {
        var position = try #require(MariaDBGTIDPosition("0-1-100,7-3-12"))
        #expect(position.covers(position))
        #expect(position.covers(MariaDBGTIDPosition()))
        #expect(!MariaDBGTIDPosition().covers(position))
        #expect(position.covers(try #require(MariaDBGTIDPosition("0-9-100"))))
        #expect(!position.covers(try #require(MariaDBGTIDPosition("0-1-101"))))
        #expect(!position.covers(try #require(MariaDBGTIDPosition("1-1-1"))))
        position.advance(to: MariaDBGTID(domain: 0, server: 2, sequence: 101))
        #expect(position.description == "0-2-101,7-3-12")
    }
}
