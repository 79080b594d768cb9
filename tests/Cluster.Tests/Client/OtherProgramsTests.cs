using System.Diagnostics;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Client;

/// <summary>README's ways from other programs to a server, as a user goes them.</summary>
public sealed class OtherProgramsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [ProgramFact("python3")]
    public async Task PythonSample_GivesTheTableOfMuscScoreAndMasks()
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

        (int exitCode, string printed, string error) = await SampleAsync(key, $"{server.Address}");
        Assert.True(exitCode == 0, error);
        Assert.Matches("(?m)^score: [0-9]+ of [0-9]+", printed);
        (await MuscProcess.RunAsync("score", _folder.At("Fotos ü"), "-r", "--out", _folder.At("local"))).Expect(0);
        Assert.Equal(await File.ReadAllTextAsync(_folder.At("local", "scores.csv")), await File.ReadAllTextAsync(_folder.At("Ergebnis", "neu", "scores.csv")));
        Assert.All(names, name => Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(_folder.At("Ergebnis", "neu", "masks", $"{name}.png"))[1..4]));

        (exitCode, _, error) = await SampleAsync("wrong", $"{server.Address}");
        Assert.Equal(1, exitCode);
        Assert.Contains("not accepted", error, StringComparison.Ordinal);
    }

    [ProgramFact("curl")]
    public async Task LinesOfTheReadme_GiveTheTableOfMuscScore()
    {
        using TestSet set = TestSet.Synthetic(4, 48);
        Directory.CreateDirectory(_folder.At("photos"));
        foreach ((string name, ImageFile image) in new[] { "a.png", "b c.png", "ä#?.png", "100%.png" }.Zip(set.Spec.Images))
        {
            File.Copy(image.Path, _folder.At("photos", name));
        }

        using ServerProcess server = new("serve", "--data", _folder.At("data"));
        await server.ReadyAsync();
        string readme = await File.ReadAllTextAsync(Path.Combine(Shared.Root, "README.md"));
        string lines = readme[readme.IndexOf("api=http://127.0.0.1:8080/v1", StringComparison.Ordinal)..];
        lines = lines[..lines.IndexOf("```", StringComparison.Ordinal)].Replace("8080", $"{server.HttpPort}", StringComparison.Ordinal);
        (int exitCode, string printed, string error) = await RunAsync("", "bash", "-ec", lines);
        Assert.True(exitCode == 0, printed + error);
        Assert.Contains("event: progress", printed, StringComparison.Ordinal);
        (await MuscProcess.RunAsync("score", _folder.At("photos"), "--out", _folder.At("local"))).Expect(0);
        Assert.Equal(await File.ReadAllTextAsync(_folder.At("local", "scores.csv")), await File.ReadAllTextAsync(_folder.At("scores.csv")));
    }

    public void Dispose() => _folder.Dispose();

    private Task<(int ExitCode, string Out, string Error)> SampleAsync(string key, string server) =>
        RunAsync(key, "python3", Path.Combine(Shared.Root, "samples", "python", "score_folder.py"), server, "Fotos ü", "Ergebnis/neu");

    private async Task<(int ExitCode, string Out, string Error)> RunAsync(string key, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
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
