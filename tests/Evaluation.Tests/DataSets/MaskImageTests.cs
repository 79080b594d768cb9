using MuSc.Evaluation.DataSets;
using MuSc.Features.Images;

namespace MuSc.Evaluation.Tests.DataSets;

public sealed class MaskImageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(254)]
    [InlineData(255)]
    public void Rules_differ_where_resizing_has_blurred(byte value)
    {
        // A defect on the left five of eight columns, halved: the third column is mixed.
        string path = Save(8, 8, (x, _) => x < 5 ? value : (byte)0);

        MaskImage full = MaskImage.Read(path, 4, 4, MaskRule.Full);
        MaskImage any = MaskImage.Read(path, 4, 4, MaskRule.Any);

        Assert.Equal([true, true, false, false], full.Defect[..4]);
        Assert.Equal([true, true, true, false], any.Defect[..4]);
        Assert.Equal(value, full.Value);
        Assert.Equal(0.25, full.Scale);
    }

    [Fact]
    public void An_empty_mask_has_no_defect()
    {
        MaskImage mask = MaskImage.Read(Save(5, 4, (_, _) => 0), 3, 3, MaskRule.Any);

        Assert.DoesNotContain(true, mask.Defect);
        Assert.Equal(9, mask.Defect.Length);
    }

    [Fact]
    public void Colours_count()
    {
        byte[] pixels = [255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255];
        string path = _folder.At("colour.png");
        ImageEncoder.SavePng(path, new RgbImage(2, 2, pixels));

        Assert.Equal([true, false, false, true], MaskImage.Read(path, 2, 2, MaskRule.Full).Defect);
    }

    private string Save(int width, int height, Func<int, int, byte> grey)
    {
        byte[] pixels = [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) from _ in Enumerable.Range(0, 3) select grey(x, y)];
        string path = _folder.At("mask.png");
        ImageEncoder.SavePng(path, new RgbImage(width, height, pixels));
        return path;
    }
}
