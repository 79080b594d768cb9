using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.RsCin;

/// <summary>Rows of W = T·Tᵀ in float32 and channel order, computed a few at a time as they are read in turn.</summary>
internal sealed class SimilarityRows
{
    private readonly PanelProduct _product;
    private readonly float[] _packed;
    private readonly float[] _rows;
    private readonly int _images;
    private int _first = -1;

    /// <param name="tokens">[N × D].</param>
    /// <param name="images">N.</param>
    /// <param name="channels">D.</param>
    public SimilarityRows(ReadOnlySpan<float> tokens, int images, int channels)
    {
        _images = images;
        _product = PanelProduct.Create(channels);
        _packed = new float[_product.PackedLength(images)];
        _product.Pack(tokens, images, _packed);
        _rows = new float[_product.Width * images];
    }

    /// <summary>Gives row <paramref name="image"/> of W.</summary>
    public void Read(int image, Span<float> row)
    {
        int first = image / _product.Width * _product.Width;
        if (first != _first)
        {
            _product.Rows(_packed, _images, _packed, _images, first, _rows);
            _first = first;
        }

        _rows.AsSpan((image - first) * _images, _images).CopyTo(row);
    }
}
