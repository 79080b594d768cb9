using MessagePack;
using Microsoft.Extensions.DependencyInjection;
using MuSc.Contracts;
using MuSc.Engine.Tiles;
using MuSc.Grains;
using MuSc.Grains.Messages;
using Orleans.Serialization;

namespace MuSc.Cluster.Tests.Grains;

public sealed class MessageTests
{
    [Fact]
    public void OversizedDelivery_Throws()
    {
        Assert.Equal(MessageSize.Limit, new DeliveryMessage(1, 2, Payload.Allocate(0), Payload.Allocate(MessageSize.Limit), 0).Guard().Bytes);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new DeliveryMessage(1, 2, Payload.Of([1]), Payload.Allocate(MessageSize.Limit), 0).Guard());
        Assert.Contains("pass 1 from block 2", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200_000)]
    public void Payload_RoundTripsInSmallPieces(int length)
    {
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        Payload payload = Payload.Of(bytes);
        byte[] back = new byte[length];
        payload.CopyTo(back);
        Assert.Equal(bytes, back);
        Assert.Equal(length, payload.Length);
        // From 85,000 bytes on an array lies among the large objects, which are collected seldom.
        Assert.All(payload.Pieces, piece => Assert.InRange(piece.Length, 1, 84_000));
    }

    [Fact]
    public void Floors_RoundTrip()
    {
        BlockFloors floors = new(7, [(Half)0.5, Half.NegativeInfinity, (Half)(-0.25)]);
        DeliveredMessage answer = DeliveredMessage.Of(3, floors);
        Assert.Equal((3L, 6), (answer.Epoch, answer.Floors.Length));
        Assert.Equal(floors.Values, answer.ToFloors()!.Values);
        Assert.Equal(7, answer.ToFloors()!.Scorers);
        Assert.Null(DeliveredMessage.Of(3, null).ToFloors());
    }

    [Fact]
    public void ResultRows_RoundTripAsMapsWithNamedKeys()
    {
        ResultRow[] rows =
        [
            ResultRow.Of(new("a/ü.png", 0.1 + 0.2, double.Epsilon, 1, 640, 480, null)),
            ResultRow.Of(new("b.png", null, null, null, 0, 0, "no image")),
        ];
        byte[] bytes = MessagePackSerializer.Serialize(rows);
        Assert.Equal(rows, MessagePackSerializer.Deserialize<ResultRow[]>(bytes));
        Assert.Contains("\"score_before\":", MessagePackSerializer.ConvertToJson(bytes), StringComparison.Ordinal);
        Assert.Equal(new ImageResult("b.png", null, null, null, 0, 0, "no image"), rows[1].ToResult());
    }

    [Fact]
    public void Specification_RoundTrips()
    {
        ScoringJobSpec spec = new()
        {
            Images = [new("a", "/a.png"), new("b", "/b.png")],
            References = [new ImageFile("r", "/r.png")],
            Backbone = "dinov2",
            Size = 224,
            Stages = [1, 3],
            Degrees = [1, 5],
            Interval = IntervalRange.Parse("2,10"),
            Reduction = Reduction.Max,
            Windows = [1, 8],
            Subsets = 2,
            Seed = 9,
            Mode = ScoringMode.References,
            Device = "cuda",
            Batch = 4,
            BlockImages = 6,
            ApplyExif = true,
            SkipBad = true,
            Output = new OutputOptions { Folder = "x", Force = true, Maps = MapFormat.Npy, Overlays = false, Report = false, PatchScores = true },
        };
        ScoringJobSpecConverter converter = new();
        Assert.Equivalent(spec, converter.ConvertFromSurrogate(converter.ConvertToSurrogate(spec)), strict: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null, then nothing")]
    [InlineData("""{ "Images": null, "Output": { "Folder": "x" } }""")]
    [InlineData("""{ "Images": [ { "Name": null, "Path": "/a.png" } ], "Output": { "Folder": "x" } }""")]
    [InlineData("""{ "Degrees": "all", "Output": { "Folder": "x" } }""")]
    [InlineData("""{ "Images": [] }""")]
    public void TextThatIsNoSpecification_IsAnErrorOfTheJob(string text)
    {
        ContractJson message = new(System.Text.Encoding.UTF8.GetBytes(text));
        JobException error = Assert.Throws<JobException>(() => new ScoringJobSpecConverter().ConvertFromSurrogate(message));
        Assert.Equal(JobErrorKind.Usage, error.Kind);
    }

    [Fact]
    public void OwnersReport_RoundTrips()
    {
        BlockReport report = new(3, 7, new Dictionary<int, bool[]> { [2] = [true, false, true] }, new HashSet<int> { 0, 1 });
        BlockReport back = BlockReportMessage.Of(report, stored: false).ToReport();
        Assert.Equal(report.Received[2], back.Received[2]);
        Assert.Equal(report.Finished, back.Finished);
        Assert.Equal((3, 7L), (back.Block, back.Epoch));
    }

    [Fact]
    public void Tiles_RoundTrip()
    {
        using ServiceProvider services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        Serializer serializer = services.GetRequiredService<Serializer>();
        WorkReply reply = new(2, [new(3, 4, 5)], false);
        Assert.Equal(reply.Tiles, serializer.Deserialize<WorkReply>(serializer.SerializeToArray(reply))!.Tiles);
    }
}
