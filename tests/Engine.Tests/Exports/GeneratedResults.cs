using System.Text;
using MuSc.Engine.Results;
using MuSc.Features.Images;

namespace MuSc.Engine.Tests.Exports;

/// <summary>A folder of results with 100 masks: empty, full, single pixels, rings with holes, at the border, and random ones; sizes differ.</summary>
public sealed class GeneratedResults : IDisposable
{
    public const int Size = 24;
    private readonly TempFolder _folder = new();

    public GeneratedResults()
    {
        Random random = new(12);
        for (int image = 0; image < 100; image++)
        {
            (int width, int height) = image < 20 ? (Size, Size) : (random.Next(1, 90), random.Next(1, 90));
            bool[] mask = Mask(image, random);
            Masks.Add((mask, width, height));
            string path = _folder.At("masks", $"{Name(image)}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, ImageEncoder.ToMask(mask, Size, Size));
        }

        File.WriteAllText(_folder.At("run.json"), $$"""{"program": {"name": "musc"}, "settings": {"size": {{Size}} } }""");
        StringBuilder csv = new(ScoresCsv.Header + "\r\n");
        for (int image = 0; image < Masks.Count; image++)
        {
            csv.Append($"{Name(image)}.jpg,0.5,0.25,{image + 1},{Masks[image].Width},{Masks[image].Height},scored,{(Masks[image].Mask.Contains(true) ? "true" : "false")},0.5\r\n");
        }

        File.WriteAllText(_folder.At("scores.csv"), csv.ToString());
        Results = FinishedResults.Open(_folder.Folder);
    }

    public FinishedResults Results { get; }

    public List<(bool[] Mask, int Width, int Height)> Masks { get; } = [];

    /// <summary>The mask in the size of the original, row by row: which pixel of the mask lies below each pixel's centre.</summary>
    public bool[] Expected(int image)
    {
        (bool[] mask, int width, int height) = Masks[image];
        bool[] scaled = new bool[width * height];
        for (int pixel = 0; pixel < scaled.Length; pixel++)
        {
            int x = (int)Math.Floor(((pixel % width) + 0.5) * Size / width), y = (int)Math.Floor(((pixel / width) + 0.5) * Size / height);
            scaled[pixel] = mask[(y * Size) + x];
        }

        return scaled;
    }

    public string At(string name) => _folder.At(name);

    public void Dispose() => _folder.Dispose();

    private static string Name(int image) => $"Größe {image % 3}/bild {image}";

    private static bool[] Mask(int image, Random random) => [.. Enumerable.Range(0, Size * Size).Select(pixel =>
    {
        (int x, int y) = (pixel % Size, pixel / Size);
        int far = Math.Max(Math.Abs(x - 12), Math.Abs(y - 12));
        return (image % 10) switch
        {
            0 => false,
            1 => true,
            2 => (x, y) == (image % Size, (image * 7) % Size),
            3 => far is 3 or 6 or 7,
            4 => x == 0 || y == Size - 1 || (x, y) == (Size - 1, 0),
            5 => (x + y) % 2 == 0,
            6 => far < 9 && (x % 4 != 1 || y % 4 != 1),
            7 => random.NextDouble() < 0.03,
            8 => random.NextDouble() < 0.9,
            _ => random.NextDouble() < 0.5,
        };
    })];
}
