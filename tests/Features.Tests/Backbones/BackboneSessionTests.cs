using MuSc.Contracts;
using MuSc.Features.Backbones;

namespace MuSc.Features.Tests.Backbones;

public sealed class BackboneSessionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc session ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Only_the_outputs_asked_for_are_there()
    {
        BackboneInfo backbone = Backbone.Open(new TinyBackbone().Write(_folder));
        using BackboneSession session = new(backbone, ["class_token", "stage_2"], batch: 2, size: 16, new Device(null));
        Assert.Equal([[3], [4, 6]], session.OutputShapes);
    }

    [Fact]
    public void A_cancelled_run_stops_and_the_next_one_works()
    {
        BackboneInfo backbone = Backbone.Open(new TinyBackbone().Write(_folder));
        using BackboneSession session = new(backbone, ["class_token"], batch: 1, size: 16, new Device(null));
        float[] pixels = [.. Enumerable.Repeat(0.5f, 3 * 16 * 16)];
        float[] token = new float[3];
        Assert.Throws<OperationCanceledException>(() => session.Run(pixels, [token], new CancellationToken(canceled: true)));
        session.Run(pixels, [token], CancellationToken.None);
        Assert.Equal([0.5f, 0.5f, 0.5f], token);
    }
}
