using System.Diagnostics;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Client;

/// <summary>samples/python/score_folder.py against a server, as a user runs it.</summary>
public sealed class PythonSampleTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [PythonFact]
    public async Task Folder_GivesTheTableOfMuscScoreAndMasks()
    {
        string[] names = ["Teil eins.png", "Kratzer ä/Öse 100%.png", "Kratzer ä/a+b&c=d#e?.PNG", "z.png"];
        using (TestSet set = TestSet.Synthetic(names.Length, 48))
        {
            Directory.CreateDirectory(_folder.At("Fotos ü", "Kratzer ä"));
            foreach ((string name, ImageFile image) in names.Zip(set.Spec.Images))
            {
                File.Copy(image.Path, _folder.At("Fotos ü", name));
            }
        }

        await File.WriteAllTextAsync(_folder.At("Fotos ü", "notes.txt"), "no image");
        string keys = _folder.At("keys.json");
        string key = (await MuscProcess.RunAsync("key", "new", "anna", "--rights", "submit", "--keys", keys)).Expect(0).Out.Trim();
        using ServerProcess server = new("serve", "--data", _folder.At("data"), "--keys", keys);
        await server.ReadyAsync();

        (int exitCode, string printed, string error) = await RunAsync(key, $"{server.Address}", "Fotos ü", "Ergebnis/neu");
        Assert.True(exitCode == 0, error);
        Assert.Matches("(?m)^score: [0-9]+ of [0-9]+", printed);
        (await MuscProcess.RunAsync("score", _folder.At("Fotos ü"), "-r", "--out", _folder.At("local"))).Expect(0);
        Assert.Equal(await File.ReadAllTextAsync(_folder.At("local", "scores.csv")), await File.ReadAllTextAsync(_folder.At("Ergebnis", "neu", "scores.csv")));
        Assert.All(names, name => Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(_folder.At("Ergebnis", "neu", "masks", $"{name}.png"))[1..4]));

        (exitCode, _, error) = await RunAsync("wrong", $"{server.Address}", "Fotos ü", "Ergebnis/neu");
        Assert.Equal(1, exitCode);
        Assert.Contains("not accepted", error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(int ExitCode, string Out, string Error)> RunAsync(string key, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("python3", [Path.Combine(Shared.Root, "samples", "python", "score_folder.py"), .. arguments])
        {
            WorkingDirectory = _folder.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MUSC_KEY"] = key },
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, printed, await error);
    }
}
