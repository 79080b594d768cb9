using MuSc.Evaluation.Synthetic;

namespace MuSc.Cli.Tests;

/// <summary>A small set of images that many tests score; made once for a class of tests.</summary>
public sealed class SampleSet : IDisposable
{
    private readonly TempFolder _folder = new();

    public SampleSet() => SyntheticSetWriter.Write(new(Count: 12, Defective: 3, Size: 96, Seed: 5), _folder.Folder, 2, CancellationToken.None);

    public string Images => _folder.At("images");

    public void Dispose() => _folder.Dispose();
}
