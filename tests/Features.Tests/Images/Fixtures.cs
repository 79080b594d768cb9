using System.Security.Cryptography;
using System.Text.Json;
using MuSc.Features.Images;

namespace MuSc.Features.Tests.Images;

/// <summary>What tests/tools/make_image_fixtures.py made: small images of every kind and what Pillow says they hold.</summary>
internal static class Fixtures
{
    private static readonly string Folder = Path.Combine(Shared.Root, "tests", "Features.Tests", "Fixtures");

    /// <summary>The files' names.</summary>
    public static IEnumerable<string> Names(string pattern = "*") => Directory.EnumerateFiles(Folder, pattern)
        .Select(file => Path.GetFileName(file)).Where(name => !name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>A file's path.</summary>
    public static string At(string name) => Path.Combine(Folder, name);

    /// <summary>An answer file's rows.</summary>
    public static JsonElement Answers(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(At(name)));
        return document.RootElement.Clone();
    }

    /// <summary>SHA-256 of an image's pixels, as the answer files hold it.</summary>
    public static string Hash(RgbImage image) => Convert.ToHexStringLower(SHA256.HashData(image.Pixels));

    /// <summary>The image that the fixtures' generator makes of a seed.</summary>
    public static RgbImage Noise(int width, int height, uint seed, bool saturated = false)
    {
        byte[] pixels = new byte[width * height * 3];
        uint state = seed;
        for (int i = 0; i < pixels.Length; i++)
        {
            state = unchecked((state * 1664525) + 1013904223);
            byte value = (byte)(state >> 24);
            pixels[i] = saturated ? (byte)(value >= 128 ? 255 : 0) : value;
        }

        return new RgbImage(width, height, pixels);
    }
}
