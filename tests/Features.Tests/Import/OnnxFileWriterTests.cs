using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Onnx;

namespace MuSc.Features.Tests.Import;

/// <summary>The framing of ONNX files, with the weights inside and in a file beside.</summary>
public sealed class OnnxFileWriterTests : IDisposable
{
    private const int Size = 200;
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Weights_inside_and_beside_give_the_same(bool half)
    {
        string inside = _folder.At("inside.onnx");
        string beside = _folder.At("beside.onnx");
        new OnnxFileWriter(half).Write(Model(), inside, CancellationToken.None);
        new OnnxFileWriter(half, limit: 1000).Write(Model(), beside, CancellationToken.None);
        Assert.Equal(["beside.onnx", "beside.onnx.data", "inside.onnx"], Files());
        Assert.True(new FileInfo(beside).Length < 3000);

        float[] pixels = [.. Enumerable.Range(0, 3 * Size * Size).Select(i => i % 7)];
        Assert.Equal(Run(inside, pixels), Run(beside, pixels));
    }

    [Fact]
    public void A_stopped_write_leaves_nothing_behind()
    {
        Assert.Throws<OperationCanceledException>(() => new OnnxFileWriter(false).Write(Model(), _folder.At("x.onnx"), new CancellationToken(true)));
        Assert.Throws<OperationCanceledException>(() => new OnnxFileWriter(false, limit: 0).Write(Model(), _folder.At("x.onnx"), new CancellationToken(true)));
        Assert.Empty(Files());
    }

    [Fact]
    public void An_older_file_is_replaced_only_by_a_whole_one()
    {
        string path = _folder.At("x.onnx");
        File.WriteAllText(path, "older");
        Assert.Throws<OperationCanceledException>(() => new OnnxFileWriter(false).Write(Model(), path, new CancellationToken(true)));
        Assert.Equal("older", File.ReadAllText(path));
        new OnnxFileWriter(false).Write(Model(), path, CancellationToken.None);
        Assert.True(new FileInfo(path).Length > Size * Size * sizeof(float));
    }

    public void Dispose() => _folder.Dispose();

    private static OnnxModel Model()
    {
        GraphBuilder graph = new();
        string pixels = graph.Input("pixels", -1, 3, Size, Size);
        float[] values = [.. Enumerable.Range(0, Size * Size).Select(i => (i % 11) / 8f)];
        string product = graph.MatrixProduct(pixels, graph.Constant("matrix", new ArrayWeight(values, Size, Size)));
        graph.Output("stage_1", graph.Add(product, graph.Scalar("half", 0.5f)), -1, 3, Size, Size);
        return new OnnxModel(graph, []);
    }

    private static float[] Run(string path, float[] pixels)
    {
        using OnnxNetwork network = new(path);
        return network.Run(pixels, 1)["stage_1"];
    }

    private IEnumerable<string?> Files() => Directory.GetFiles(_folder.Folder).Select(Path.GetFileName).Order();
}
