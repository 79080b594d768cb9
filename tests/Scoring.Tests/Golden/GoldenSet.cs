using System.Text.Json;
using MuSc.Engine.Tokens;

namespace MuSc.Scoring.Tests.Golden;

/// <summary>One synthetic golden set: the authors' answers and the sizes that belong to them.</summary>
public sealed class GoldenSet
{
    private readonly string _folder;

    private GoldenSet(string folder, JsonElement manifest)
    {
        _folder = folder;
        Images = manifest.GetProperty("images").GetInt32();
        Grid = manifest.GetProperty("grid").GetInt32();
        Channels = manifest.GetProperty("dim").GetInt32();
        Stages = manifest.GetProperty("stages").GetInt32();
        Size = manifest.GetProperty("size").GetInt32();
        Degrees = [.. manifest.GetProperty("degrees").EnumerateArray().Select(degree => degree.GetInt32())];
        Tokens = NpyFile.ReadSingles(PathOf("tokens"));
    }

    public int Images { get; }

    public int Grid { get; }

    public int Channels { get; }

    public int Stages { get; }

    public int Size { get; }

    public int[] Degrees { get; }

    public float[] Tokens { get; }

    public int Patches => Grid * Grid;

    public static GoldenSet Open(string name)
    {
        string folder = Shared.At("golden", name);
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")));
        return new GoldenSet(folder, manifest.RootElement);
    }

    public double[] Array(string name) => NpyFile.ReadDoubles(PathOf(name));

    public float[] ClassTokens() => NpyFile.ReadSingles(PathOf("class_tokens"));

    public IEnumerable<string> Names(string prefix) =>
        Directory.EnumerateFiles(_folder, prefix + "*.npy").Select(Path.GetFileNameWithoutExtension).Order()!;

    /// <summary>One image's patch tokens of one stage, the class position left out.</summary>
    public ReadOnlySpan<float> Stage(int stage, int image) =>
        Tokens.AsSpan(((((stage * Images) + image) * (Patches + 1)) + 1) * Channels, Patches * Channels);

    private string PathOf(string name) => Path.Combine(_folder, name + ".npy");
}
