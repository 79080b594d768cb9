namespace MuSc.Cli.Tests;

/// <summary>The sample set, scored once for a class of tests.</summary>
public sealed class ScoredSet : IAsyncLifetime, IDisposable
{
    private readonly SampleSet _set = new();
    private readonly TempFolder _folder = new();

    public string Results => _folder.At("results");

    public async Task InitializeAsync() =>
        (await MuscProcess.RunAsync("score", _set.Images, "--size", "96", "--out", Results)).Expect(0);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _set.Dispose();
        _folder.Dispose();
    }
}
