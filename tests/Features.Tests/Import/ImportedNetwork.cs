using MuSc.Features.Import;

namespace MuSc.Features.Tests.Import;

/// <summary>Imports a checkpoint of the tests and runs it.</summary>
internal static class ImportedNetwork
{
    /// <summary>Import of a checkpoint file beside which the output is written.</summary>
    public static ImportOptions Options(string checkpoint) => new(checkpoint, Path.ChangeExtension(checkpoint, ".onnx"), Heads: RandomVit.Heads);

    /// <summary>The outputs on random pixels.</summary>
    public static Dictionary<string, float[]> Run(ImportOptions options, int batch = 2)
    {
        ImportedBackbone imported = BackboneImporter.Import(options, CancellationToken.None);
        using OnnxNetwork network = new(imported.Path);
        return network.Run(RandomVit.Pixels(imported.Size, batch), batch);
    }

    /// <summary>The largest difference over all outputs.</summary>
    public static float Difference(Dictionary<string, float[]> left, Dictionary<string, float[]> right)
    {
        Assert.Equal(left.Keys.Order(), right.Keys.Order());
        return left.Max(output =>
        {
            Assert.Equal(output.Value.Length, right[output.Key].Length);
            return output.Value.Zip(right[output.Key], (a, b) => MathF.Abs(a - b)).Max();
        });
    }
}
